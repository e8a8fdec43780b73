// Tries the Control API with an access token, with every call that a capability permits.
import { button, byId, el, field, plural, say, show } from '../shared/dom.js';
import { errorOf, exchange, showExchange } from '../shared/http-exchange.js';
import { mode, network } from '../shared/environment.js';
import { bodyOf, CALLS, fill, idOf } from './control-calls.js';
import { explainUnreached } from '../shared/network-error.js';
import { accessTokenAllows } from '../pkg/lib/access-token.js';
import { accessTokenCapabilities } from '../pkg/lib/control-operations.js';

/** One more than the hourly limit for calls without an access token. */
const MANY = 61;

export function startControl(part) {
  let known;
  const token = field('access-token', 'Access token', {
    mono: true,
    class: 'mono plain masked',
    name: 'token-of-no-account',
    note: 'Leave empty to send the call without one.',
  });
  const which = el('p', { class: 'note', id: 'access-which' });
  const me = el('div', { id: 'access-me', class: 'result', role: 'status' });
  const call = el(
    'select',
    { id: 'control-call', autocomplete: 'off' },
    ...CALLS.map(({ method, path }, at) => el('option', { value: String(at) }, `${method} ${path}`)),
  );
  const app = field('control-app', 'App id', { mono: true });
  const id = field('control-id', 'Id', { mono: true });
  const body = field('control-body', 'Body', { mono: true, rows: 3 });
  const result = el('div', { id: 'control-result', class: 'result' });
  const said = el('p', { class: 'unseen', role: 'status', id: 'control-said' });
  const send = button('Send', () => run(1), { class: 'primary', id: 'control-send' });
  const flood = button(`Send ${MANY} times`, () => run(MANY), { class: 'quiet', id: 'control-flood' });
  show(
    part,
    el('h2', { id: 'control-title' }, 'Try the Control API'),
    token,
    which,
    el(
      'div',
      {},
      button('Who am I?', () => look(), { id: 'control-me' }),
    ),
    me,
    el('div', { class: 'field' }, el('label', { for: 'control-call' }, 'Call'), call),
    el('div', { class: 'pair' }, app, id),
    body,
    el('div', { class: 'buttons' }, send, flood),
    said,
    result,
  );

  const input = token.querySelector('input');
  input.addEventListener('input', () => {
    say(which, '');
    known = undefined;
    show(me);
  });
  call.addEventListener('change', prepare);

  function prepare() {
    const { path, method, needs } = CALLS[call.value];
    const name = idOf(path);
    id.hidden = name === undefined;
    say(id.querySelector('label'), name ?? 'Id');
    app.hidden = !path.startsWith('/apps/');
    body.hidden = bodyOf(CALLS[call.value]) === '';
    body.querySelector('textarea').value = bodyOf({ method, path });
    say(said, '');
    show(result, el('p', { class: 'note' }, ...needsNote(needs)));
  }

  function needsNote(needs) {
    if (needs === undefined) return ['Works with any access token.'];
    const { label } = accessTokenCapabilities.find(({ capability }) => capability === needs);
    return ['Needs ', el('code', {}, needs), ` (“${label}” in the dashboard).`];
  }

  async function exchangeOnce({ method, path, needs }) {
    const { fetch, control } = await network();
    const value = input.value.trim();
    if (path.startsWith('/accounts/') && known === undefined && value !== '') await look();
    const ids = {
      account: known?.account?.id ?? 'account',
      app: byId('control-app').value.trim(),
      id: byId('control-id').value.trim(),
    };
    const headers = { Accept: 'application/json', ...(value === '' ? {} : { Authorization: `Bearer ${value}` }) };
    const text =
      needs === undefined || bodyOf({ method, path }) === '' ? undefined : body.querySelector('textarea').value;
    if (text !== undefined) headers['Content-Type'] = 'application/json';
    return exchange(fetch, { method, url: control + fill(path, ids), headers, body: text });
  }

  async function run(times) {
    send.disabled = flood.disabled = true;
    try {
      let done;
      let sent = 0;
      do {
        done = await exchangeOnce(CALLS[call.value]);
        sent++;
      } while (sent < times && done.response && done.response.status !== 429);
      showExchange(result, done, explain(done, CALLS[call.value].needs, sent));
      say(said, result.querySelector('.outcome').textContent);
    } finally {
      send.disabled = flood.disabled = false;
    }
  }

  async function look() {
    const done = await exchangeOnce({ method: 'GET', path: '/me' });
    known = undefined;
    if (done.failure) return show(me, el('p', {}, ...explainUnreached(done.request.url)));
    const { status, body: text } = done.response;
    if (status !== 200)
      return show(
        me,
        el('p', {}, el('strong', { class: 'verdict no' }, String(status)), ' ', errorOf(done.response)?.message ?? ''),
      );
    known = JSON.parse(text);
    const held = known.token?.capabilities ?? [];
    show(
      me,
      el(
        'p',
        {},
        el('strong', {}, known.token?.name ?? 'An access token'),
        ` of ${known.account?.name} (${known.account?.id}), ${known.token?.expires_at ? `expires ${known.token.expires_at}` : 'with an unknown expiry'}.`,
      ),
      el(
        'ul',
        { class: 'may', role: 'list', 'aria-label': 'Its capabilities' },
        ...accessTokenCapabilities.map(({ capability, label }) => {
          const may = accessTokenAllows(held, capability);
          return el(
            'li',
            { class: may ? 'yes' : 'no' },
            el('span', { 'aria-hidden': 'true' }, may ? '✓ ' : '· '),
            el('span', {}, label),
            el('span', { class: 'unseen' }, may ? ': yes' : ': no'),
          );
        }),
      ),
    );
  }

  return {
    use(value, name) {
      input.value = value;
      say(which, `This is “${name.slice(0, 60)}”.`);
      known = undefined;
      look();
      input.focus();
    },
    /** Removes everything that belongs to the other mode. */
    refresh() {
      input.value = '';
      known = undefined;
      say(which, '');
      show(me);
      flood.hidden = mode === 'real';
      byId('control-app').value = '';
      byId('control-id').value = '';
      prepare();
    },
    /** @param {string} appId */
    suggest(appId) {
      if (byId('control-app').value === '') byId('control-app').value = appId;
    },
  };
}

const MEANINGS = {
  401: 'The access token is missing, expired, rotated or revoked.',
  429: 'Too many calls within one hour. The limit is 2000 for an access token, 4000 for an account, and 60 for all calls without an access token together.',
};

function explain({ request, response, failure }, needs, sent) {
  if (failure) return explainUnreached(request.url);
  const { status } = response;
  const after = sent > 1 ? ` (after ${plural(sent, 'call')})` : '';
  if (status === 403 && needs) return [`The access token lacks ${needs}.`];
  if (status in MEANINGS) return [MEANINGS[status] + after];
  return sent > 1 ? [`${plural(sent, 'call')} were answered.`] : [];
}
