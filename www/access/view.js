// Access tokens. In the sandbox, creates, lists, rotates and revokes them and tries the Control API with one. With real
// Ably, shows what an access token allows.
import { el, show } from '../shared/dom.js';
import { startAccessForm } from './form.js';
import { startAccessList } from './list.js';
import { startControl } from './control-try.js';
import { mode, network, onSwitch } from '../shared/environment.js';
import { accessTokenCapabilities } from '../pkg/lib/control-operations.js';

const DASHBOARD = 'https://ably.com/users/access_tokens';

export async function start(part) {
  const formPart = el('section', { class: 'card', 'aria-labelledby': 'access-form-title' });
  const listPart = el('section', { class: 'card', 'aria-labelledby': 'access-list-title' });
  const tryPart = el('section', { class: 'card', 'aria-labelledby': 'control-title' });
  const made = el('div', { class: 'column' }, formPart, listPart);
  const elsewhere = el(
    'section',
    { class: 'card', 'aria-labelledby': 'elsewhere-title' },
    el('h2', { id: 'elsewhere-title' }, 'Created in the dashboard'),
    el(
      'p',
      {},
      'Ably has no public API that creates, lists, rotates or revokes access tokens. An admin of the account does this in the ',
      el('a', { href: DASHBOARD, rel: 'noopener noreferrer', target: '_blank' }, 'dashboard'),
      '. Here you can try an access token. It stays in this page’s memory.',
    ),
  );
  const sides = el('div', { class: 'halves' }, made, tryPart);
  show(part, sides, table());

  const control = startControl(tryPart);
  const list = startAccessList(listPart, { use: control.use });
  startAccessForm(formPart, { created: list.created });
  const arrange = () => {
    const real = mode === 'real';
    show(made, ...(real ? [elsewhere] : [formPart, listPart]));
    control.refresh();
    list.forget();
    if (!real && !part.hidden) list.load();
  };
  onSwitch(arrange);
  arrange();
  return {
    async opened() {
      if (mode !== 'sandbox') return;
      await list.load();
      control.suggest((await network()).sandbox.app.id);
    },
  };
}

function table() {
  return el(
    'section',
    { class: 'card', 'aria-labelledby': 'capabilities-title' },
    el('h2', { id: 'capabilities-title' }, 'The 11 capabilities of an access token'),
    el(
      'p',
      { class: 'note' },
      'The dashboard uses other names than the API: ',
      el('code', {}, 'read:rule'),
      ' is “Read Integration” in the dashboard, and “Read Rule” is ',
      el('code', {}, 'read:namespace'),
      '. A write capability does not include reading.',
    ),
    el(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Capabilities of an access token' },
      el(
        'table',
        { class: 'plain-table', id: 'capability-table' },
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            ...['In the dashboard', 'In the API', 'Control API calls', 'Ably CLI commands'].map((title) =>
              el('th', { scope: 'col' }, title),
            ),
          ),
        ),
        el(
          'tbody',
          {},
          ...accessTokenCapabilities.map(({ label, capability, endpoints, commands }) =>
            el(
              'tr',
              {},
              el('th', { scope: 'row' }, label),
              el('td', {}, el('code', {}, capability)),
              lines(endpoints),
              lines(commands.map((it) => `ably ${it}`)),
            ),
          ),
        ),
      ),
    ),
  );
}

const lines = (texts) => el('td', {}, ...texts.map((text) => el('div', {}, el('code', {}, text))));
