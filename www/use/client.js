// A client with a realtime connection to the sandbox, to see what revocation and expiry do to it.
import { button, el, field, say, show } from '../shared/dom.js';
import { mode, network, onSwitch } from '../shared/environment.js';
import { clock, span } from '../shared/time.js';
import { addToken, keyOf } from '../shared/token-store.js';
import { issueJwtSync } from '../pkg/lib/issue.js';
import { RealtimeClient } from './realtime-client.js';

/** The lifetime of a shortened token. */
const SHORT_SECONDS = 10;
const MAX_LINES = 8;
/** The log says what happened, so the lane needs no more than this. */
const MAX_STATES = 100;

const MARKS = { none: '–', connecting: '…', connected: '✓', asked: '!', disconnected: '✕', failed: '✕', closed: '–' };
const TITLES = {
  none: 'Not connected',
  connecting: 'Connecting…',
  connected: 'Connected',
  asked: 'Asked for a new token',
  disconnected: 'Cut off',
  failed: 'Failed',
  closed: 'Not connected',
};

/**
 * @param {() => object | undefined} chosen the chosen token
 * @param {{ changed: () => void, explain: (given: object) => void }} by `changed` is called after each change of state,
 * `explain` opens the explanation of an error
 */
export function startClient(part, chosen, { changed, explain }) {
  const mark = el('span', { class: 'lamp', 'aria-hidden': 'true' });
  const title = el('strong', {});
  const detail = el('span', { class: 'note' });
  const why = button(
    'Explain',
    () => explain({ error: JSON.stringify(reason.cause ?? reason), token: used.token, channel: '', operation: '' }),
    { id: 'client-explain', hidden: true },
  );
  const status = el('div', { id: 'client-status', class: 'client-status' }, mark, el('div', {}, title, detail), why);
  const said = el('p', { class: 'unseen', role: 'status', id: 'client-said' });
  const renews = el('input', { type: 'checkbox', id: 'client-renews', checked: true, autocomplete: 'off' });
  const channel = field('client-channel', 'Channel', { mono: true, value: 'chat:room-1' });
  const message = field('client-message', 'Message', { value: 'hello' });
  const log = el('ol', { class: 'log', id: 'client-log', role: 'list', 'aria-label': 'What the client saw' });
  const connect = button('Connect', () => open(), { class: 'primary', id: 'client-connect' });
  const close = button('Disconnect', () => client.close(), { id: 'client-close' });
  const attach = button('Attach', () => client.attach(textOf(channel)), { id: 'client-attach' });
  const publish = button('Send message', () => client.publish(textOf(channel), messageOf(message)), {
    id: 'client-publish',
  });
  const shorten = button(`Shorten its token to ${SHORT_SECONDS} s`, () => useToken(alike(used, SHORT_SECONDS)), {
    id: 'client-shorten',
  });
  const swap = button('Use the chosen token', () => useToken(chosen()), { id: 'client-swap' });
  const onlySandbox = el('p', { class: 'note', hidden: true }, 'This client connects to the sandbox only.');
  show(
    part,
    el('div', { class: 'head' }, el('h2', { id: 'connected-title' }, 'Connected client'), connect, close),
    onlySandbox,
    status,
    said,
    el(
      'label',
      { class: 'check' },
      renews,
      el('span', {}, 'It gets a new token when asked ', el('small', {}, '(authUrl)')),
    ),
    el('div', { class: 'buttons', role: 'group', 'aria-label': 'Token of the client' }, shorten, swap),
    el('div', { class: 'pair' }, channel, message),
    el('div', { class: 'buttons', role: 'group', 'aria-label': 'Channel of the client' }, attach, publish),
    log,
  );

  /** @type {RealtimeClient | undefined} */
  let client;
  let used;
  /** The lifetime of the tokens that it renews to. */
  let ttlSeconds;
  /** @type {{ state: string, at: number, code?: number }[]} */
  const states = [];
  let reason;

  async function open() {
    connect.disabled = true;
    const { sandbox } = await network();
    if (client && isOpen()) return;
    used = chosen();
    ttlSeconds = Math.round((used.expires - used.issued) / 1000);
    const made = new RealtimeClient({
      WebSocket: sandbox.WebSocket,
      renew: async () => {
        if (!renews.checked) return undefined;
        used = await alike(used, ttlSeconds);
        return used.token;
      },
      changed: (state, error, isRenewed) => made === client && follow(state, error, isRenewed),
      heard: (event) => made === client && write(wordsOf(event)),
    });
    client = made;
    client.connect(used.token);
  }

  /** Continues with this token, in the same connection. */
  async function useToken(held) {
    used = await held;
    client.authorize(used.token);
    refresh();
  }

  const isOpen = () => client !== undefined && !['failed', 'closed', undefined].includes(client.state);

  function follow(state, error, isRenewed) {
    const { state: before } = states.at(-1) ?? {};
    if (state === 'disconnected' || before !== state) states.push({ state, at: Date.now(), code: error?.code });
    if (states.length > MAX_STATES) states.shift();
    reason = error;
    if (state === 'connected' && isRenewed)
      write(before === 'connecting' ? 'connected again, with a new token' : 'goes on with a new token, uninterrupted');
    else if (state !== 'connecting') write(stateWords(state, error));
    say(said, `Client: ${stateWords(state, error)}.`);
    refresh();
    changed();
  }

  function write(words) {
    log.prepend(el('li', {}, `${clock(Date.now())} · ${words}`));
    while (log.children.length > MAX_LINES) log.lastChild.remove();
  }

  function refresh() {
    const isHere = mode === 'sandbox';
    const isLive = isHere && ['connected', 'asked'].includes(client?.state);
    onlySandbox.hidden = isHere;
    connect.hidden = isOpen();
    connect.disabled = !isHere || chosen() === undefined;
    close.hidden = !isOpen();
    for (const it of [attach, publish, shorten]) it.disabled = !isLive;
    swap.disabled = !isLive || chosen()?.id === used?.id;
    draw();
  }

  function draw() {
    const state = client?.state ?? 'none';
    status.dataset.state = state;
    say(mark, MARKS[state]);
    say(title, TITLES[state]);
    say(detail, detailOf(state));
    why.hidden = state !== 'failed';
  }

  function detailOf(state) {
    if (state === 'none' || state === 'closed') return 'Connect it, then revoke its token.';
    if (state === 'connecting') return '';
    const left = `${span(Math.max(0, Math.ceil((used.expires - Date.now()) / 1000)))}`;
    const who = used.clientId === undefined ? 'without a client id' : `as ${used.clientId.slice(0, 60)}`;
    if (state === 'connected') return `${who}; its token ends in ${left}`;
    if (state === 'asked') return renews.checked ? 'It gets one now.' : 'It gets none, and will be cut off.';
    const { code, message } = reason.cause ?? reason;
    const words = code === undefined ? message : `${code}: ${message}`;
    if (reason.cause) return `${words}. It does not get a new one.`;
    return state === 'disconnected' && renews.checked ? `${words}. It comes back with a new one.` : words;
  }

  onSwitch(() => {
    if (isOpen()) client.close();
    client = undefined;
    states.length = 0;
    log.replaceChildren();
    refresh();
  });
  return {
    refresh,
    draw,
    /** Shows what the next step does to the client, on a narrow screen too. */
    bringIntoView() {
      if (isOpen()) status.scrollIntoView({ block: 'nearest' });
    },
    /** What there is to see on the time line. */
    seen: () => ({ states, usedId: isOpen() ? used.id : undefined }),
  };
}

/** A token with the same contents. */
function alike({ keyCapability, clientId, capability, revocationKey, ...held }, ttlSeconds) {
  const inputs = { key: keyOf(held), capability, clientId, revocationKey, ttlSeconds };
  return addToken({ issued: issueJwtSync(inputs), inputs, keyCapability });
}

const textOf = (labelled) => labelled.querySelector('input').value;
const messageOf = (labelled) => ({ name: 'greeting', data: textOf(labelled) });

function stateWords(state, error) {
  const why = error && ` · ${[error.code, error.cause?.code].filter(Boolean).join(' after ')} ${error.message}`;
  return `${state === 'asked' ? 'asked for a new token' : state}${why ?? ''}`;
}

function wordsOf({ kind, channel, error, data }) {
  const what = { attached: 'attached', published: 'published on', failed: 'failed:', refused: 'refused on' }[kind];
  if (kind === 'message') return `received on ${channel}: ${typeof data === 'string' ? data : JSON.stringify(data)}`;
  return `${what} ${channel}${error ? ` · ${error.code} ${error.message}` : ''}`;
}
