// Shows the contents and problems of any Ably JWT and, with the key, whether its signature is valid.
import { byId, el, field, plural, show } from '../shared/dom.js';
import { describeError } from '../shared/error.js';
import { describeAll } from '../shared/diagnostics.js';
import { SANDBOX_KEYS } from '../shared/keys.js';
import { moment, remaining } from '../shared/time.js';
import { AblyAuthError } from '../pkg/lib/error.js';
import { decodeJwt, verifyJwt } from '../pkg/lib/verify.js';
import { heldRevocations, ready } from '../shared/token-store.js';

export function start(part, { current }) {
  const token = field('verify-token', 'An Ably JWT', {
    mono: true,
    rows: 6,
    note: 'Decoded in this page; never sent or stored.',
  });
  const key = field('verify-key', ['Key ', el('small', {}, 'optional, to check the signature')], {
    mono: true,
    class: 'mono plain masked',
  });
  const keyCapability = field('verify-key-capability', ['Capability of the key ', el('small', {}, 'optional')], {
    mono: true,
  });
  const use = el('button', { type: 'button', class: 'quiet', id: 'verify-current' }, 'Use the issued token');
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
        el('h2', { id: 'verified-title' }, 'Contents'),
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
    // The user's own key is not copied into another field.
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
    return [verdict('no', 'Not a JWT'), el('div', { class: 'notice error' }, ...describeError(error))];
  }
  const diagnostics = decoded.diagnostics.filter(({ code }) => code !== 'narrowing-unknown' || keyCapability === '');
  const facts = [
    ['Key', decoded.keyName ?? 'none'],
    ['Client id', decoded.clientId ?? 'none'],
    ...(decoded.revocationKey === undefined ? [] : [['Revocation key', decoded.revocationKey]]),
    ['Capability', el('code', {}, decoded.capability ?? 'none, or not readable')],
    ['Issued', ...(decoded.issued === undefined ? ['unknown'] : [moment(decoded.issued)])],
    [
      'Expires',
      ...(decoded.expires === undefined ? ['unknown'] : [moment(decoded.expires), ` (${remaining(decoded.expires)})`]),
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
    ...(diagnostics.length === 0
      ? []
      : [
          el(
            'ul',
            { class: 'diagnostics', id: 'verify-diagnostics', role: 'list', 'aria-label': 'Problems of the token' },
            ...describeAll(diagnostics),
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
      el('p', { class: 'note' }, 'The contents below are unverified until you enter the key.'),
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
        'Signed by this key and valid now. It allows ',
        el('code', {}, verified.capability ?? 'the capability of its key, which is unknown here'),
        '.',
      ),
    ];
  } catch (error) {
    if (!(error instanceof AblyAuthError)) throw error;
    // The token itself is valid. A channel of this key was revoked here, and the key's capability is unknown.
    if (error.path === 'keyCapability' && error.kind === 'usage')
      return [
        verdict('open', 'Signed by this key; revocation not checked'),
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
