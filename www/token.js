// The token: issued, taken apart, and how long it still lives; or why there is none.
import { describe } from './capability.js';
import { byId, el, plural, say, show } from './dom.js';
import { describeError } from './error.js';
import { AblyAuthError, checkCapability, decodeJwt, issueJwtSync } from './pkg/wasm.js';

/** No token is longer: it has to fit an HTTP header. */
const LONGEST = 8000;

/** Options of issueJwtSync by the field they are typed in. */
const FIELDS = {
  key: 'key', capability: 'capability', clientId: 'client-id', ttlSeconds: 'ttl', revocationKey: 'revocation-key',
};

let issued;

export function issue(inputs) {
  byId('waiting').hidden = true;
  byId('stale').hidden = true;
  say(byId('copied'), '');
  try {
    issued = issueJwtSync(inputs);
  } catch (error) {
    if (!(error instanceof AblyAuthError)) throw error;
    issued = undefined;
    showError(error);
    return;
  }
  showError(undefined);
  showToken(issued, inputs);
}

function showError(error) {
  const field = error?.path === undefined ? undefined : FIELDS[error.path.split(/[[.]/, 1)[0]];
  for (const id of ['client-id', 'ttl', 'revocation-key'])
    byId(id).setAttribute('aria-invalid', id === field);
  byId('token-part').hidden = error !== undefined;
  say(byId('token-said'), '');
  if (error) show(byId('issue-error'), el('p', {}, el('strong', {}, 'No token was issued.')), ...describeError(error));
  else show(byId('issue-error'));
}

function showToken(issued, inputs) {
  const { token } = issued;
  const [header, claims, signature] = token.split('.');
  byId('token-header').textContent = header;
  byId('token-claims').textContent = claims;
  byId('token-signature').textContent = signature;
  byId('token-length').textContent = `${token.length} of ${LONGEST} characters`;
  byId('token-meter').value = token.length;
  say(byId('token-said'), `Token issued, ${plural(token.length, 'character')}.`);

  const decoded = decodeJwt(token);
  byId('decoded-header').textContent = JSON.stringify(decoded.header, null, 2);
  byId('decoded-claims').textContent = JSON.stringify(decoded.claims, null, 2);

  // What the form already says of the capability is not said twice.
  const { issues } = checkCapability(inputs.capability, { clientId: inputs.clientId });
  const said = new Set(issues.map(({ code, path }) => code + path));
  const notes = [...issued.warnings.filter(({ code, path }) => !said.has(code + path)), ...decoded.issues];
  show(byId('token-notes'), ...notes.map((note) => describe(note)));

  const facts = [
    ['Key', issued.keyName],
    ['Client id', issued.clientId ?? 'none'],
    ['Issued', time(issued.issued)],
    ['Expires', time(issued.expires), ' ', el('span', { id: 'left' })],
  ];
  byId('facts').replaceChildren(
    ...facts.map(([name, ...value]) => el('div', {}, el('dt', {}, name), el('dd', {}, ...value))),
  );
  tick();
}

/** The inputs have changed: a token that is shown is no longer theirs. */
export function showStale() {
  byId('stale').hidden = issued === undefined;
}

/** How long the token still lives. */
export function tick() {
  if (issued) say(byId('left'), `(${remaining(Math.ceil((issued.expires - Date.now()) / 1000))})`);
}

function remaining(seconds) {
  if (seconds <= 0) return 'expired';
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's']];
  const first = parts.findIndex(([count]) => count > 0);
  const two = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return `in ${two.map(([count, unit]) => `${count} ${unit}`).join(' ')}`;
}

function time(ms) {
  const date = new Date(ms);
  const words = date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  return el('time', { datetime: date.toISOString(), title: date.toISOString() }, words);
}

/** Pages on plain HTTP have no clipboard; there the token is selected, to be copied by hand. */
export async function copy() {
  if (!issued) return;
  try {
    await navigator.clipboard.writeText(issued.token);
    say(byId('copied'), 'Copied.');
  } catch {
    getSelection().selectAllChildren(byId('token'));
    say(byId('copied'), 'Selected: copy it with your keyboard.');
  }
}
