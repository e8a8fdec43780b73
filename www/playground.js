// What is in the form goes to each area of the page; the areas know nothing of each other.
import { showAnswer } from './ask.js';
import { showCapability } from './capability.js';
import { byId } from './dom.js';
import { showKey } from './key.js';
import { copy, issue, showStale, tick } from './token.js';

export function start() {
  const form = byId('inputs');
  form.addEventListener('input', ({ target }) => {
    // Whoever writes a client id wants it.
    if (target.id === 'client-id') byId('client-given').checked = true;
    refresh();
    showStale();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    issue(readInputs());
  });
  for (const id of ['ask-operation', 'ask-channel']) byId(id).addEventListener('input', refresh);
  byId('copy').addEventListener('click', copy);
  setInterval(tick, 1000);

  refresh();
  issue(readInputs());
  byId('issue').disabled = false;
}

function refresh() {
  const inputs = readInputs();
  showKey(inputs.key);
  showCapability(inputs.capability, inputs.clientId);
  showAnswer(inputs.capability, byId('ask-operation').value, byId('ask-channel').value);
}

/** The form as options of issueJwtSync. An empty field is an option left out. */
function readInputs() {
  const ttl = byId('ttl').value.trim();
  return {
    key: byId('key').value,
    capability: byId('capability').value,
    clientId: byId('client-none').checked ? null : byId('client-id').value,
    ttlSeconds: ttl === '' ? undefined : Number(ttl),
    revocationKey: byId('revocation-key').value || undefined,
    revocable: byId('revocable').checked,
  };
}
