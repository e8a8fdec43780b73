// The token: issued, taken apart, and how long it still lives; or why there is none.
import { byId, el, plural, say, show } from '../shared/dom.js';
import { describeError } from '../shared/error.js';
import { describeAll } from '../shared/diagnostics.js';
import { moment, remaining } from '../shared/time.js';
import { AblyAuthError, checkCapability, decodeJwt, issueJwtSync } from '../pkg/wasm.js';

/** No token is longer: it has to fit an HTTP header. */
const MAX_TOKEN_LENGTH = 8000;

/** Options of issueJwtSync by the field they are typed in. */
const FIELDS = {
  key: 'key',
  capability: 'capability',
  clientId: 'client-id',
  ttlSeconds: 'ttl',
  revocationKey: 'revocation-key',
};

/** The token that is shown: what was asked for, and what came of it. */
export let current;

/** @returns what was issued, if it was */
export function issue(inputs, keyCapability) {
  byId('waiting').hidden = true;
  byId('stale').hidden = true;
  say(byId('copied'), '');
  try {
    // What the key leaves of it may be nothing, which the matrix shows; the token is issued all the same.
    current = { issued: issueJwtSync(inputs), inputs, keyCapability };
  } catch (error) {
    if (!(error instanceof AblyAuthError)) throw error;
    forget();
    showError(error);
    return undefined;
  }
  showError(undefined);
  showToken(current);
  return current;
}

/** Nothing of it is left on the page. */
export function forget() {
  current = undefined;
  byId('stale').hidden = true;
  byId('token-part').hidden = true;
  byId('copy').disabled = byId('copy-what').disabled = true;
  for (const id of ['token-header', 'token-claims', 'token-signature', 'decoded-header', 'decoded-claims'])
    byId(id).textContent = '';
}

function showError(error) {
  const field = error?.path === undefined ? undefined : FIELDS[error.path.split(/[[.]/, 1)[0]];
  for (const id of ['client-id', 'ttl', 'revocation-key']) byId(id).setAttribute('aria-invalid', id === field);
  byId('token-part').hidden = error !== undefined;
  say(byId('token-said'), '');
  if (error) show(byId('issue-error'), el('p', {}, el('strong', {}, 'No token was issued.')), ...describeError(error));
  else show(byId('issue-error'));
}

function showToken({ issued, inputs, keyCapability }) {
  const { token } = issued;
  const [header, claims, signature] = token.split('.');
  byId('token-header').textContent = header;
  byId('token-claims').textContent = claims;
  byId('token-signature').textContent = signature;
  byId('token-length').textContent = `${token.length} of ${MAX_TOKEN_LENGTH} characters`;
  byId('token-meter').value = token.length;
  byId('copy').disabled = byId('copy-what').disabled = false;
  say(byId('token-said'), `Token issued, ${plural(token.length, 'character')}.`);

  const decoded = decodeJwt(token);
  byId('decoded-header').textContent = oneLine(decoded.header);
  byId('decoded-claims').textContent = JSON.stringify(decoded.claims, null, 2);

  // What the form already says of the capability is not said twice.
  const { issues } = checkCapability(inputs.capability, { clientId: inputs.clientId });
  const said = new Set(issues.map(({ code, path }) => code + path));
  const notes = [
    ...issued.warnings.filter(({ code, path }) => !said.has(code + path)),
    ...decoded.issues.filter(({ code }) => code !== 'narrowing-unknown' || keyCapability === undefined),
  ];
  show(byId('token-notes'), ...describeAll(notes));

  const facts = [
    ['Key', issued.keyName],
    ['Client id', issued.clientId ?? 'none'],
    ['Issued', moment(issued.issued)],
    ['Expires', moment(issued.expires), ' ', el('span', { id: 'left' })],
  ];
  byId('facts').replaceChildren(
    ...facts.map(([name, ...value]) => el('div', {}, el('dt', {}, name), el('dd', {}, ...value))),
  );
  tick();
}

/** A header has three short members. */
function oneLine(object) {
  return JSON.stringify(object, null, 1).replace(/\n\s*/g, ' ');
}

/** The inputs have changed: a token that is shown is no longer theirs. */
export function showStale() {
  byId('stale').hidden = current === undefined;
}

/** How long the token still lives. */
export function tick() {
  if (current) say(byId('left'), `(${remaining(current.issued.expires)})`);
}
