// A client with a realtime connection to the sandbox, to see what revocation and expiry do to it.
import { button, el, field, say, show } from '../shared/dom.js';
import { mode, network, onSwitch } from '../shared/environment.js';
import { clock, span } from '../shared/time.js';
import { addToken, keyOf } from '../shared/token-store.js';
import { issueJwtSync } from '../pkg/lib/issue.js';
import { RealtimeClient } from '../pkg/lib/realtime/client.js';

/** How long a renewal waits, so that a person sees the connection end. It begins in the second after the end. */
const VISIBLE_MS = 500;
/** The lifetime of a shortened token. */
const SHORT_SECONDS = 10;
const MAX_LINES = 8;
/** The log says what happened, so the lane needs no more than this. */
const MAX_STATES = 100;

const MARKS = {
  none: '–',
  connecting: '…',
  connected: '✓',
  asked: '!',
  disconnected: '✕',
  suspended: '✕',
  failed: '✕',
  closing: '–',
  closed: '–',
};
const TITLES = {
  none: 'Not connected',
  connecting: 'Connecting…',
  connected: 'Connected',
  asked: 'Asked for a new token',
  disconnected: 'Cut off',
  suspended: 'Cut off',
  failed: 'Failed',
  closing: 'Not connected',
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
  const explainIt = button(
    'Explain',
    () => explain({ error: JSON.stringify(reason), token: used.token, channel: '', operation: '' }),
    { id: 'client-explain', hidden: true },
  );
  const status = el(
    'div',
    { id: 'client-status', class: 'client-status' },
    mark,
    el('div', {}, title, detail),
    explainIt,
  );
  const said = el('p', { class: 'unseen', role: 'status', id: 'client-said' });
  const renews = el('input', { type: 'checkbox', id: 'client-renews', checked: true, autocomplete: 'off' });
  const channel = field('client-channel', 'Channel', { mono: true, value: 'chat:room-1' });
  const message = field('client-message', 'Message', { value: 'hello' });
  const log = el('ol', { class: 'log', id: 'client-log', role: 'list', 'aria-label': 'What the client saw' });
  const connect = button('Connect', () => open(), { class: 'primary', id: 'client-connect' });
  const close = button('Disconnect', () => client.close(), { id: 'client-close' });
  const attach = button('Attach', () => client.attach(textOf(channel)), { id: 'client-attach' });
  const publish = button('Send message', () => send(textOf(channel), textOf(message)), { id: 'client-publish' });
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
  let isAsked = false;
  let used;
  /** The token that it shall continue with, in place of a renewed one. */
  let next;
  /** The lifetime of the tokens that it renews to. */
  let ttlSeconds;
  /** @type {{ state: string, at: number, code?: number }[]} */
  const states = [];
  /** Why the connection was lost. */
  let reason;

  async function open() {
    connect.disabled = true;
    const { sandbox } = await network();
    if (isOpen()) return;
    used = chosen();
    ttlSeconds = Math.round((used.expires - used.issued) / 1000);
    const made = new RealtimeClient({
      endpoint: sandbox.endpoint,
      WebSocket: sandbox.WebSocket,
      token: used.token,
      getToken: () => newToken(made),
      onEvent: (event) => made === client && follow(event),
    });
    client = made;
    client.connect();
  }

  async function newToken(of) {
    if (next === undefined && renews.checked) await new Promise((resolve) => setTimeout(resolve, VISIBLE_MS));
    if (next === undefined && !renews.checked)
      // A client that is connected keeps its token until the end. Later, 403 says that there will be none.
      throw Object.assign(new Error('it gets none'), { statusCode: of.state === 'connected' ? 401 : 403 });
    used = await (next ?? alike(used, ttlSeconds));
    next = undefined;
    return used.token;
  }

  /** Continues with this token, in the same connection. */
  function useToken(held) {
    next = held;
    client.authorize();
  }

  async function send(to, data) {
    try {
      await client.publish(to, { name: 'greeting', data });
      write(`published on ${to}`);
    } catch (error) {
      write(`refused on ${to} · ${why(error)}`);
    }
  }

  const isOpen = () => client !== undefined && !['failed', 'closed', 'initialized'].includes(client.state);
  const stateNow = () => (client === undefined ? 'none' : isAsked ? 'asked' : client.state);

  function follow(event) {
    const { type, state } = event;
    if (type === 'message') return write(`received on ${event.channel}: ${contents(event.message.data)}`);
    if (type === 'channel') return followChannel(event);
    if (type === 'not renewed' || state === 'closing') return;
    const isBack = state === 'connected' && states.at(-2)?.state === 'disconnected';
    if (state === 'disconnected') reason = event.reason;
    if (state === 'failed') reason ??= event.reason;
    if (state === 'connected' || type === 'renewed') reason = undefined;
    isAsked = type === 'hint';
    const now = stateNow();
    if (states.at(-1)?.state !== now) states.push({ state: now, at: Date.now(), code: reason?.code });
    if (states.length > MAX_STATES) states.shift();
    const words =
      type === 'renewed'
        ? 'goes on with a new token, uninterrupted'
        : isBack
          ? 'connected again, with a new token'
          : `${now === 'asked' ? 'asked for a new token' : now}${reason ? ` · ${why(reason)}` : ''}`;
    if (now !== 'connecting') write(words);
    say(said, `Client: ${words}.`);
    refresh();
    changed();
  }

  function followChannel({ channel: name, state, reason: problem }) {
    if (state === 'attached') write(`attached ${name}`);
    else if (problem && state === 'failed') write(`failed: ${name} · ${why(problem)}`);
  }

  function write(words) {
    log.prepend(el('li', {}, `${clock(Date.now())} · ${words}`));
    while (log.children.length > MAX_LINES) log.lastChild.remove();
  }

  function refresh() {
    const isHere = mode === 'sandbox';
    const isLive = isHere && client?.state === 'connected';
    onlySandbox.hidden = isHere;
    connect.hidden = isOpen();
    connect.disabled = !isHere || chosen() === undefined;
    close.hidden = !isOpen();
    for (const it of [attach, publish, shorten]) it.disabled = !isLive;
    swap.disabled = !isLive || chosen()?.id === used?.id;
    draw();
  }

  function draw() {
    const state = stateNow();
    status.dataset.state = state;
    say(mark, MARKS[state]);
    say(title, TITLES[state]);
    say(detail, detailOf(state));
    explainIt.hidden = state !== 'failed';
  }

  function detailOf(state) {
    if (['none', 'closing', 'closed'].includes(state)) return 'Connect it, then revoke its token.';
    if (state === 'connecting') return '';
    if (state === 'asked') return renews.checked ? 'It gets one now.' : 'It gets none, and will be cut off.';
    if (state !== 'connected')
      return `${why(reason, ': ')}. ${state !== 'failed' && renews.checked ? 'It comes back with a new one.' : 'It does not get a new one.'}`;
    const left = span(Math.max(0, Math.ceil((used.expires - Date.now()) / 1000)));
    const who = used.clientId === undefined ? 'without a client id' : `as ${used.clientId.slice(0, 60)}`;
    return `${who}; its token ends in ${left}`;
  }

  onSwitch(() => {
    if (isOpen()) client.close();
    client = undefined;
    isAsked = false;
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
const contents = (data) => (typeof data === 'string' ? data : JSON.stringify(data));
const why = ({ code, message }, between = ' ') => [code, message].filter(Boolean).join(between);
