// Issues the token and shows it with its decoded parts and remaining lifetime, or shows why it cannot be issued.
import { byId, el, plural, say, show } from '../shared/dom.js';
import { describeError } from '../shared/error.js';
import { describeAll } from '../shared/diagnostics.js';
import { unfoldAround } from './fold.js';
import { moment, remaining } from '../shared/time.js';
import { checkCapability } from '../pkg/lib/capability.js';
import { AblyAuthError } from '../pkg/lib/error.js';
import { issueJwtSync } from '../pkg/lib/issue.js';
import { decodeJwt } from '../pkg/lib/verify.js';

/** The maximum length of a token, which must fit into an HTTP header. */
const MAX_TOKEN_LENGTH = 8000;

/** Options of issueJwtSync and the fields for them. */
const FIELDS = {
  key: 'key',
  capability: 'capability',
  clientId: 'client-id',
  ttlSeconds: 'ttl',
  revocationKey: 'revocation-key',
};

/** The shown token: its inputs and the result. */
export let current;

/** @returns the issued token, or undefined if issuing failed */
export function issue(inputs, keyCapability) {
  byId('waiting').hidden = true;
  byId('stale').hidden = true;
  say(byId('copied'), '');
  try {
    // The token is issued even if the key grants none of its capability, which the matrix shows.
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

/** Removes the token from the page. */
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
  if (field !== undefined) unfoldAround(byId(field));
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

  // The form already shows the findings about the capability.
  const { diagnostics } = checkCapability(inputs.capability, { clientId: inputs.clientId });
  const said = new Set(diagnostics.map(({ code, path }) => code + path));
  const notes = [
    ...issued.warnings.filter(({ code, path }) => !said.has(code + path)),
    ...decoded.diagnostics.filter(({ code }) => code !== 'narrowing-unknown' || keyCapability === undefined),
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

/** Formats the header on one line, because it has three short members. */
function oneLine(object) {
  return JSON.stringify(object, null, 1).replace(/\n\s*/g, ' ');
}

/** Marks the shown token as outdated after the inputs have changed. */
export function showStale() {
  byId('stale').hidden = current === undefined;
}

/** Shows the remaining lifetime of the token. */
export function tick() {
  if (current) say(byId('left'), `(${remaining(current.issued.expires)})`);
}
