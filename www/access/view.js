// Access tokens: made, listed, rotated and revoked in the sandbox's dashboard; the Control API tried with
// one; and with a real one, what it may do.
import { el, show } from '../shared/dom.js';
import { startAccessForm } from './form.js';
import { startAccessList } from './list.js';
import { startControl } from './control-try.js';
import { mode, network, onSwitch } from '../shared/environment.js';
import { accessTokenCapabilities } from '../pkg/wasm.js';

const DASHBOARD = 'https://ably.com/users/access_tokens';

export async function start(part) {
  const formPart = el('section', { class: 'card', 'aria-labelledby': 'access-form-title' });
  const listPart = el('section', { class: 'card', 'aria-labelledby': 'access-list-title' });
  const tryPart = el('section', { class: 'card', 'aria-labelledby': 'control-title' });
  const made = el('div', { class: 'column' }, formPart, listPart);
  const elsewhere = el(
    'section',
    { class: 'card', 'aria-labelledby': 'elsewhere-title' },
    el('h2', { id: 'elsewhere-title' }, 'Made in the dashboard'),
    el(
      'p',
      {},
      'Ably has no public API that creates, lists, rotates or revokes access tokens: an admin of the account does that in the ',
      el('a', { href: DASHBOARD, rel: 'noopener noreferrer', target: '_blank' }, 'dashboard'),
      '. Here you can try one out. It stays in this page’s memory.',
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
      'The dashboard’s names are not the API’s: ',
      el('code', {}, 'read:rule'),
      ' is “Read Integration” there, and “Read Rule” is ',
      el('code', {}, 'read:namespace'),
      '. Writing does not include reading.',
    ),
    el(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of the capabilities' },
      el(
        'table',
        { class: 'plain-table', id: 'capability-table' },
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            ...['In the dashboard', 'In the API', 'Calls of the Control API', 'Commands of the Ably CLI'].map((title) =>
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
