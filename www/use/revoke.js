// Revokes tokens after a confirmation, and shows the outcome of each target.
import { button, el, field, say, show } from '../shared/dom.js';
import { describeError, told } from '../shared/error.js';
import { network } from '../shared/environment.js';
import { clock } from '../shared/time.js';
import { explainUnreached, isUnreached } from '../shared/network-error.js';
import { oddTarget } from '../pkg/lib/input/target-slip.js';
import { AblyAuthError } from '../pkg/lib/error.js';
import { revokeTokens } from '../pkg/lib/revoke.js';
import { addRevocations, keyOf } from '../shared/token-store.js';

const KINDS = [
  ['clientId', 'Client id', 'All tokens with this client id.'],
  ['revocationKey', 'Revocation key', 'All tokens with this revocation key.'],
  [
    'channel',
    'Channel',
    'Must be exactly equal to a resource of the token’s capability: chat:*, not chat:room-1. Ably enables this by account.',
  ],
];

export function startRevoke(part, chosen, { confirmed, done }) {
  const radios = KINDS.map(([kind, label], at) => {
    const input = el('input', {
      type: 'radio',
      name: 'revoke-kind',
      value: kind,
      checked: at === 0,
      autocomplete: 'off',
    });
    input.addEventListener('change', () => refresh(true));
    return el('label', { class: 'check' }, input, el('span', {}, label));
  });
  const value = field('revoke-value', 'Value', { mono: true, note: KINDS[0][2] });
  const odd = el('p', { class: 'notice warning', id: 'revoke-odd', role: 'status', hidden: true });
  const margin = el('input', { type: 'checkbox', id: 'revoke-margin', autocomplete: 'off' });
  const dialog = makeDialog(() => run());
  const open = button('Revoke…', () => dialog.ask(target()), { class: 'danger', id: 'revoke' });
  const key = el('p', { class: 'note', id: 'revoke-with' });
  const result = el('div', { id: 'revoke-result', class: 'result', role: 'status' });
  show(
    part,
    el('h2', { id: 'revoke-title' }, 'Revoke'),
    key,
    el('fieldset', { class: 'field' }, el('legend', {}, 'By'), el('div', { class: 'choices' }, ...radios)),
    value,
    odd,
    el(
      'label',
      { class: 'check' },
      margin,
      el('span', {}, 'Give clients 30 s to renew ', el('small', {}, '(allowReauthMargin)')),
    ),
    el('div', {}, open),
    result,
    dialog.element,
  );

  const input = value.querySelector('input');
  let typed = false;
  input.addEventListener('input', () => {
    typed = true;
    refresh();
  });
  const kindNow = () => radios.map((label) => label.querySelector('input')).find(({ checked }) => checked).value;
  const target = () => ({ kind: kindNow(), value: input.value, margin: margin.checked });

  async function run() {
    const { kind, value, margin } = target();
    confirmed();
    open.disabled = true;
    show(result, el('p', { class: 'note' }, 'Revoking…'));
    let address = '';
    try {
      const { options, data } = await network();
      address = data;
      const report = await revokeTokens({
        key: keyOf(chosen()),
        targets: [`${kind}:${value}`],
        allowReauthMargin: margin,
        ...options,
      });
      addRevocations(report.results.filter(({ error }) => !error));
      show(result, table(report.results));
    } catch (error) {
      if (!(error instanceof AblyAuthError)) throw error;
      const { report } = error;
      show(
        result,
        el(
          'div',
          { class: 'notice error' },
          el('p', {}, el('strong', {}, 'Not revoked.')),
          ...(isUnreached(error) ? [el('p', {}, ...explainUnreached(address))] : describeError(error)),
        ),
        ...(report ? [table(report.results)] : []),
      );
    } finally {
      open.disabled = false;
      done();
    }
  }

  function refresh(ofKind = false) {
    const held = chosen();
    const whole = held && keyOf(held);
    const kind = kindNow();
    if (ofKind) typed = false;
    if (!typed) input.value = suggested(held, kind);
    say(value.querySelector('.note'), KINDS.find(([name]) => name === kind)[2]);
    const oddity = input.value === '' ? undefined : oddTarget(kind, input.value);
    odd.hidden = oddity === undefined;
    say(odd, oddity === undefined ? '' : warningOf(oddity));
    say(
      key,
      whole === undefined
        ? 'Issue a token first.'
        : `With the key that issued the chosen token, ${held.keyName}. Only tokens of this key, issued before now, are revoked.`,
    );
    open.disabled = whole === undefined || input.value === '';
  }
  return { refresh };
}

/** Ably would report success without revoking any token. */
function warningOf({ found, likely }) {
  const meant = likely.map(({ type, value }) => `${type}:${value}`).join(', then ');
  return `Note that ${found}${meant === '' ? '.' : `; did you mean ${meant}?`} Ably would report success even if no token has this value.`;
}

function suggested(held, kind) {
  if (!held) return '';
  if (kind === 'clientId') return held.clientId ?? '';
  if (kind === 'revocationKey') return held.revocationKey ?? '';
  return Object.keys(JSON.parse(held.capability))[0] ?? '';
}

function table(results) {
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      { class: 'plain-table' },
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Target'), el('th', { scope: 'col' }, 'Outcome'))),
      el(
        'tbody',
        {},
        ...results.map(({ target, error, issuedBefore, appliesAt }) =>
          el(
            'tr',
            {},
            el('td', {}, el('code', {}, target)),
            el(
              'td',
              {},
              ...(error
                ? [el('strong', { class: 'verdict no' }, `failed${error.code ? ` · ${error.code}` : ''}`), told(error)]
                : [
                    el('strong', { class: 'verdict yes' }, 'revoked'),
                    `issued before ${clock(issuedBefore)}; refused from ${clock(appliesAt)} on`,
                  ]),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Asks the same question as the command line. */
function makeDialog(confirmed) {
  const what = el('p', { id: 'confirm-what' });
  const odd = el('p', { id: 'confirm-odd', class: 'notice warning', hidden: true });
  const no = button('Cancel', () => element.close());
  const yes = button(
    'Revoke',
    () => {
      element.close();
      confirmed();
    },
    { class: 'danger', id: 'confirm-revoke' },
  );
  const element = el(
    'dialog',
    {
      'aria-labelledby': 'confirm-title',
      'aria-describedby': 'confirm-what confirm-odd confirm-more',
      class: 'confirm',
    },
    el('h2', { id: 'confirm-title' }, 'You are about to revoke all tokens matching:'),
    what,
    odd,
    el(
      'p',
      { id: 'confirm-more' },
      'This will permanently revoke all matching tokens, and any applications using those tokens will need to be issued new tokens. Are you sure?',
    ),
    el('div', { class: 'buttons' }, no, yes),
  );
  return {
    element,
    ask({ kind, value, margin }) {
      what.replaceChildren(
        `${KINDS.find(([name]) => name === kind)[1]}: `,
        el('code', {}, value),
        margin ? ' (with 30 s to renew)' : '',
      );
      const oddity = oddTarget(kind, value);
      odd.hidden = oddity === undefined;
      say(odd, oddity === undefined ? '' : warningOf(oddity));
      element.showModal();
      no.focus();
    },
  };
}
