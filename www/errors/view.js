// Errors: what an error code or message of Ably means, and with a token the reason for it.
import { button, byId, el, field, prose, show } from '../shared/dom.js';
import { describeError } from '../shared/error.js';
import { OPERATIONS } from '../editor/operations.js';
import { keyCapabilityOf } from '../shared/token-store.js';
import { explainCapability } from '../pkg/lib/capability.js';
import { AblyAuthError } from '../pkg/lib/error.js';
import { decodeJwt } from '../pkg/lib/verify.js';
import { explainerWith } from '../pkg/errors/explain.js';

const explainError = explainerWith({ decodeJwt, explainCapability });

/** Errors that many users meet first. */
const EXAMPLES = ['40160', '40142', 'token unrecognized', '80019'];

export function start(part, { current }) {
  const error = field('explain-error', 'Error code or message', {
    mono: true,
    rows: 3,
    note: 'Also an ErrorInfo of an SDK, or the body of a failed request, as JSON.',
  });
  const examples = EXAMPLES.map((text) => button(text, () => fill({ error: text }), { class: 'chip-button' }));
  const token = field('explain-token', ['Token ', el('small', {}, 'optional, to see which cause it is')], {
    mono: true,
    rows: 4,
    note: 'Decoded in this page; never sent or stored.',
  });
  const use = button('Use the issued token', () => fill({ token: current()?.issued.token }), {
    class: 'quiet',
    id: 'explain-current',
  });
  const channel = field('explain-channel', ['Channel ', el('small', {}, 'optional')], { mono: true });
  const operation = el(
    'select',
    { id: 'explain-operation', autocomplete: 'off' },
    el('option', { value: '' }, 'unknown'),
    ...OPERATIONS.map((name) => el('option', { value: name }, name)),
  );
  const result = el('div', { class: 'column', id: 'explanation', role: 'status' });
  show(
    part,
    el(
      'div',
      { class: 'halves' },
      el(
        'section',
        { class: 'card', 'aria-labelledby': 'explain-title' },
        el('div', { class: 'head' }, el('h2', { id: 'explain-title' }, 'Explain an error'), use),
        error,
        el('div', { class: 'presets', role: 'group', 'aria-label': 'Examples' }, ...examples),
        token,
        el(
          'div',
          { class: 'pair' },
          channel,
          el('div', { class: 'field' }, el('label', { for: 'explain-operation' }, 'Operation'), operation),
        ),
      ),
      el(
        'section',
        { class: 'card', 'aria-labelledby': 'explanation-title' },
        el('h2', { id: 'explanation-title' }, 'Explanation'),
        result,
      ),
    ),
  );

  const read = (name) => byId(`explain-${name}`).value.trim() || undefined;
  const look = () => {
    const given = read('error');
    show(
      result,
      ...(given === undefined
        ? [el('p', { class: 'note' }, 'Enter an error code or message.')]
        : explain(given, { token: read('token'), channel: read('channel'), operation: read('operation') })),
    );
  };
  function fill(values) {
    for (const [name, value] of Object.entries(values)) byId(`explain-${name}`).value = value ?? '';
    look();
  }
  part.addEventListener('input', look);
  return {
    /** @param {{ error: string, token?: string, channel?: string, operation?: string }} [given] an error to explain */
    opened(given) {
      use.disabled = current() === undefined;
      if (given) fill(given);
      else look();
    },
  };
}

function explain(error, context) {
  try {
    return describe(explainError(error, { ...context, keyCapability: keyCapabilityIn(context.token) }));
  } catch (problem) {
    if (!(problem instanceof AblyAuthError)) throw problem;
    return [el('div', { class: 'notice error' }, ...describeError(problem))];
  }
}

/** The page knows the capability of the sandbox's keys. */
function keyCapabilityIn(token) {
  if (token === undefined) return undefined;
  try {
    return keyCapabilityOf({ keyName: decodeJwt(token).keyName });
  } catch {
    // explainError says what is wrong with the token.
    return undefined;
  }
}

function describe({ code, statusCode, meaning, here, causes, remediation, href, cause }) {
  const status = statusCode === undefined ? '' : `, HTTP status ${statusCode}`;
  return [
    el(
      'p',
      { class: 'outcome' },
      el(
        'strong',
        { class: `verdict ${code === undefined ? 'open' : 'no'}` },
        code === undefined ? 'No code' : `${code}`,
      ),
      ' ',
      `${meaning}${status}.`,
    ),
    ...foundHere(here),
    ...(causes.length === 0
      ? []
      : [
          el('h3', {}, 'Causes, the most likely first'),
          el('ol', { class: 'causes' }, ...causes.map((it) => el('li', {}, it))),
        ]),
    el('h3', {}, 'What to do'),
    el('p', {}, remediation),
    ...(href === undefined
      ? []
      : [
          el(
            'p',
            { class: 'note' },
            el('a', { href, rel: 'noopener noreferrer', target: '_blank' }, `Ably’s page about ${code}`),
          ),
        ]),
    ...(cause === undefined ? [] : [el('h3', {}, 'It is caused by'), ...describe(cause)]),
  ];
}

/** What the token shows to be so. */
function foundHere(here) {
  if (here === undefined) return [];
  if (here.length === 0) return [el('p', { class: 'note' }, 'The token does not show the cause.')];
  return [
    el('h3', {}, 'With this token'),
    el(
      'ul',
      { class: 'diagnostics', role: 'list', 'aria-label': 'What the token shows' },
      ...here.map(({ message, remediation }) =>
        el(
          'li',
          { class: 'info' },
          el('span', {}, ...prose(message)),
          ...(remediation === undefined ? [] : [' ', el('span', { class: 'perhaps alone' }, ...prose(remediation))]),
        ),
      ),
    ),
  ];
}
