// Calls the REST API with a token, and shows the results.
import { button, el, field, prose, say, show } from '../shared/dom.js';
import { errorOf, exchange, showExchange } from '../shared/http-exchange.js';
import { mode, network } from '../shared/environment.js';
import { clock } from '../shared/time.js';
import { explainUnreached } from '../shared/network-error.js';
import { explainCapability } from '../pkg/lib/capability.js';

/** The calls and the operations that Ably requires for them. */
const CALLS = [
  {
    name: 'Publish',
    operation: 'publish',
    make: ({ channel, text }) => ({
      method: 'POST',
      path: `${channel}/messages`,
      body: JSON.stringify({ name: 'greeting', data: text }),
    }),
  },
  {
    name: 'Read history',
    operation: 'history',
    make: ({ channel }) => ({ method: 'GET', path: `${channel}/messages` }),
  },
  { name: 'Channel status', operation: 'channel-metadata', make: ({ channel }) => ({ method: 'GET', path: channel }) },
  {
    name: 'Presence set',
    operation: 'subscribe',
    make: ({ channel }) => ({ method: 'GET', path: `${channel}/presence` }),
  },
  { name: 'List channels', operation: 'channel-metadata', on: '*', make: () => ({ method: 'GET', path: '/channels' }) },
  { name: 'Statistics', operation: 'stats', on: '*', make: () => ({ method: 'GET', path: '/stats' }) },
];
const MAX_LINES = 6;

/** @param {(given: object) => void} explainError opens the explanation of an error */
export function startUse(part, chosen, explainError) {
  const channel = field('use-channel', 'Channel', { mono: true, value: 'chat:room-1' });
  const message = field('use-message', 'Message', { value: 'hello' });
  const as = el('p', { class: 'note', id: 'use-as' });
  const said = el('p', { class: 'unseen', role: 'status', id: 'use-said' });
  const result = el('div', { id: 'use-result', class: 'result' });
  const log = el('ol', { class: 'log', id: 'use-log', role: 'list', 'aria-label': 'Earlier calls' });
  const buttons = CALLS.map((call) => button(call.name, () => run(call)));
  show(
    part,
    el('h2', { id: 'use-title' }, 'Use it'),
    as,
    el('div', { class: 'pair' }, channel, message),
    el('div', { class: 'buttons', role: 'group', 'aria-label': 'Calls' }, ...buttons),
    said,
    result,
    log,
  );
  show(result, el('p', { class: 'note' }, 'Nothing has been sent yet.'));

  async function run({ name, operation, on, make }) {
    const held = chosen();
    if (!held) return;
    const channelName = channel.querySelector('input').value;
    const { method, path, body } = make({
      channel: `/channels/${encodeURIComponent(channelName)}`,
      text: message.querySelector('input').value,
    });
    for (const it of buttons) it.disabled = true;
    try {
      const { fetch, data } = await network();
      const headers = { Authorization: `Bearer ${held.token}`, Accept: 'application/json', 'X-Ably-Version': '4' };
      if (body !== undefined) headers['Content-Type'] = 'application/json';
      const done = await exchange(fetch, { method, url: data + path, headers, body });
      const outcome = explain(done, held, operation, on ?? channelName);
      showExchange(result, done, outcome);
      if (done.response?.status >= 400)
        result.firstElementChild.after(
          button(
            'Explain this error',
            () => explainError({ error: done.response.body, token: held.token, channel: on ?? channelName, operation }),
            { class: 'quiet explain' },
          ),
        );
      const code = done.response
        ? `${done.response.status}${done.response.status >= 400 ? ` · ${errorOf(done.response)?.code ?? ''}` : ''}`
        : 'no answer';
      say(said, `${name}: ${result.querySelector('.outcome').textContent}`);
      log.prepend(el('li', {}, `${clock(Date.now())} · ${name} · ${code}`));
      while (log.children.length > MAX_LINES) log.lastChild.remove();
    } finally {
      for (const it of buttons) it.disabled = false;
    }
  }

  return {
    refresh() {
      const held = chosen();
      for (const it of buttons) it.disabled = held === undefined;
      say(
        as,
        held
          ? `With the token of ${held.clientId === undefined ? 'an unidentified client' : held.clientId.slice(0, 60)}, issued at ${clock(held.issued)}${mode === 'real' ? ', against real Ably' : ', against the sandbox in this page'}.`
          : 'Issue a token first.',
      );
    },
  };
}

/** Explains a refusal by the token's capability, with the closest entry. */
function explain({ request, response, failure }, { capability }, operation, resource) {
  if (failure) return explainUnreached(request.url);
  const error = response.status >= 400 ? errorOf(response) : undefined;
  if (error?.code !== 40160 || resource === '') return [];
  const { allowed, message } = explainCapability(capability, operation, resource);
  return allowed ? [`${error.message}: the token allows it, but its key does not.`] : prose(`${message}.`);
}
