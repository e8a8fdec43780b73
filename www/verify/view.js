// Any Ably JWT: what it says, what is wrong with it, and with the key, whether it is true.
import { byId, el, field, plural, show } from '../shared/dom.js';
import { describeError } from '../shared/error.js';
import { describeAll } from '../shared/diagnostics.js';
import { SANDBOX_KEYS } from '../shared/keys.js';
import { moment, remaining } from '../shared/time.js';
import { AblyAuthError, decodeJwt, verifyJwt } from '../pkg/wasm.js';
import { heldRevocations, ready } from '../shared/token-store.js';

export function start(part, { current }) {
  const token = field('verify-token', 'An Ably JWT', {
    mono: true,
    rows: 6,
    note: 'It is read in this page, and neither sent nor kept.',
  });
  const key = field(
    'verify-key',
    ['The key that signed it ', el('small', {}, 'to check the signature; may be empty')],
    { mono: true, class: 'mono plain masked' },
  );
  const keyCapability = field('verify-key-capability', ['What that key may do ', el('small', {}, 'may be empty')], {
    mono: true,
  });
  const use = el('button', { type: 'button', class: 'quiet', id: 'verify-current' }, 'Take the token from Issue');
  const result = el('div', { class: 'column', id: 'verify-result' });
  show(
    part,
    el(
      'div',
      { class: 'halves' },
      el(
        'section',
        { class: 'card', 'aria-labelledby': 'verify-title' },
        el('div', { class: 'head' }, el('h2', { id: 'verify-title' }, 'Verify'), use),
        token,
        key,
        keyCapability,
      ),
      el(
        'section',
        { class: 'card', 'aria-labelledby': 'verified-title' },
        el('h2', { id: 'verified-title' }, 'What it says'),
        result,
      ),
    ),
  );

  const look = () => {
    const text = byId('verify-token').value.trim();
    show(
      result,
      ...(text === ''
        ? [el('p', { class: 'note' }, 'Paste a token.')]
        : judge(text, byId('verify-key').value.trim(), byId('verify-key-capability').value.trim())),
    );
  };
  part.addEventListener('input', look);
  use.addEventListener('click', () => {
    const shown = current();
    if (!shown) return;
    byId('verify-token').value = shown.issued.token;
    // A key of one's own is not copied about.
    const known = Object.values(SANDBOX_KEYS).find((it) => it.key === shown.inputs.key);
    byId('verify-key').value = known?.key ?? '';
    byId('verify-key-capability').value = known?.capability ?? '';
    look();
  });
  return {
    async opened() {
      await ready();
      use.disabled = current() === undefined;
      look();
    },
  };
}

function judge(token, key, keyCapability) {
  let decoded;
  try {
    decoded = decodeJwt(token);
  } catch (error) {
    if (!(error instanceof AblyAuthError)) throw error;
    return [verdict('no', 'No JWT'), el('div', { class: 'notice error' }, ...describeError(error))];
  }
  const issues = decoded.issues.filter(({ code }) => code !== 'narrowing-unknown' || keyCapability === '');
  const facts = [
    ['Key', decoded.keyName ?? 'not named'],
    ['Client id', decoded.clientId ?? 'none'],
    ...(decoded.revocationKey === undefined ? [] : [['Revocation key', decoded.revocationKey]]),
    ['Capability', el('code', {}, decoded.capability ?? 'none that can be read')],
    ['Issued', ...(decoded.issued === undefined ? ['not said'] : [moment(decoded.issued)])],
    [
      'Expires',
      ...(decoded.expires === undefined ? ['not said'] : [moment(decoded.expires), ` (${remaining(decoded.expires)})`]),
    ],
    ['Length', `${plural(token.length, 'character')} of 8000`],
  ];
  return [
    ...signature(token, key, keyCapability),
    el(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, ...value]) => el('div', {}, el('dt', {}, name), el('dd', {}, ...value))),
    ),
    ...(issues.length === 0
      ? []
      : [
          el(
            'ul',
            { class: 'issues', id: 'verify-issues', role: 'list', 'aria-label': 'Problems of the token' },
            ...describeAll(issues),
          ),
        ]),
    el('h3', { class: 'of-header' }, 'Header'),
    block('of-header', 'Header of the token', decoded.header),
    el('h3', { class: 'of-claims' }, 'Claims'),
    block('of-claims', 'Claims of the token', decoded.claims),
  ];
}

function signature(token, key, keyCapability) {
  if (key === '')
    return [
      verdict('open', 'Signature not checked'),
      el(
        'p',
        { class: 'note' },
        'Without the key nobody knows who wrote this. What stands below is only what it says.',
      ),
    ];
  try {
    const revocations = heldRevocations();
    const verified = verifyJwt(token, {
      key,
      keyCapability: keyCapability || undefined,
      revocations: revocations.length > 0 ? revocations : undefined,
    });
    return [
      verdict('yes', 'Valid'),
      el(
        'p',
        {},
        'Signed by this key, and in force. It may do ',
        el('code', {}, verified.capability ?? 'what its key may do, which is not known here'),
        '.',
      ),
    ];
  } catch (error) {
    if (!(error instanceof AblyAuthError)) throw error;
    // Nothing is wrong with the token: a channel was revoked here, and what the key may do is not said.
    if (error.path === 'keyCapability' && error.kind === 'usage')
      return [
        verdict('open', 'Signed by this key; whether it is revoked is not known'),
        el('div', { class: 'notice' }, ...describeError(error)),
      ];
    return [
      verdict('no', error.code === undefined ? 'Refused' : `Refused · ${error.code}`),
      el('div', { class: 'notice error' }, ...describeError(error)),
    ];
  }
}

const verdict = (state, words) =>
  el('p', { role: 'status' }, el('strong', { class: `verdict ${state}`, id: 'verify-verdict' }, words));
const block = (kind, label, value) =>
  el(
    'pre',
    { class: `mono ${kind}`, tabindex: '0', role: 'region', 'aria-label': label },
    JSON.stringify(value, null, 2),
  );
