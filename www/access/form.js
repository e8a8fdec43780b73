// The form that creates an access token, modelled on Ably's dashboard.
import { el, field, show } from '../shared/dom.js';
import { describeDashboard, dashboard } from './dashboard.js';
import { accessTokenCapabilities } from '../pkg/lib/control-operations.js';

export const EXPIRIES = [
  ['30', '30 days'],
  ['60', '60 days'],
  ['90', '90 days'],
  ['', 'No expiration'],
];
export const expirySelect = (id, label) =>
  el(
    'select',
    { id, autocomplete: 'off', 'aria-label': label },
    ...EXPIRIES.map(([value, words]) => el('option', { value }, words)),
  );
export const expiryDays = (select) => (select.value === '' ? null : Number(select.value));

/** Each category and its permissions: read, and in most cases write. */
function groups() {
  const found = new Map();
  for (const { group, capability } of accessTokenCapabilities)
    found.set(group, [...(found.get(group) ?? []), capability.split(':')[0]]);
  return found;
}

export function startAccessForm(part, { created }) {
  const name = field('access-name', 'Name', { value: 'Deploy script' });
  const account = el(
    'select',
    { id: 'access-account', autocomplete: 'off' },
    el('option', { value: 'sandbox' }, 'Sandbox account'),
  );
  const expiry = expirySelect('access-expiry', 'Expiry');
  const rows = [...groups()].map(([group, verbs]) => {
    const boxes = verbs.map((verb) => [
      verb,
      el('input', { type: 'checkbox', autocomplete: 'off', checked: group === 'Apps' && verb === 'read' }),
    ]);
    const all = el('input', { type: 'checkbox', autocomplete: 'off' });
    all.addEventListener('change', () => {
      for (const [, box] of boxes) box.checked = all.checked;
      agree();
    });
    for (const [, box] of boxes) box.addEventListener('change', () => agree());
    const element = el(
      'fieldset',
      { class: 'grants' },
      el('legend', {}, group),
      ...boxes.map(([verb, box]) =>
        el('label', { class: 'check' }, box, el('span', {}, verb === 'read' ? 'Read' : 'Write')),
      ),
      el('label', { class: 'check all' }, all, el('span', {}, 'Select all')),
    );
    return { group, boxes, all, element };
  });
  const every = el('input', { type: 'checkbox', id: 'access-all', autocomplete: 'off' });
  every.addEventListener('change', () => {
    for (const { boxes } of rows) for (const [, box] of boxes) box.checked = every.checked;
    agree();
  });
  function agree() {
    for (const { boxes, all } of rows) all.checked = boxes.every(([, box]) => box.checked);
    every.checked = rows.every(({ all }) => all.checked);
  }
  const problem = el('div', { role: 'alert', hidden: true, class: 'notice error', id: 'access-problem' });
  const submit = el('button', { type: 'submit', class: 'primary', id: 'access-create' }, 'Create token');
  const form = el(
    'form',
    { autocomplete: 'off', novalidate: true, class: 'column' },
    el(
      'div',
      { class: 'pair' },
      name,
      el('div', { class: 'field' }, el('label', { for: 'access-account' }, 'Account'), account),
      el('div', { class: 'field' }, el('label', { for: 'access-expiry' }, 'Expiry'), expiry),
    ),
    el(
      'fieldset',
      { class: 'field' },
      el('legend', {}, 'Capabilities'),
      el('label', { class: 'check' }, every, el('span', {}, 'All capabilities')),
      el('div', { class: 'grants-list' }, ...rows.map(({ element }) => element)),
    ),
    problem,
    el('div', {}, submit),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    show(problem);
    submit.disabled = true;
    try {
      const capabilities = {};
      for (const { group, boxes } of rows) {
        const chosen = boxes.filter(([, box]) => box.checked).map(([verb]) => verb);
        if (chosen.length > 0) capabilities[group] = chosen;
      }
      const answer = await dashboard('POST', '', {
        name: name.querySelector('input').value,
        account: account.value,
        expiryDays: expiryDays(expiry),
        capabilities,
      });
      if (answer.status === 201) created(JSON.parse(answer.body));
      else show(problem, ...describeDashboard(answer));
    } finally {
      submit.disabled = false;
    }
  });
  agree();
  show(part, el('h2', { id: 'access-form-title' }, 'Create an access token'), form);
}
