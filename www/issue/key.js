// The key: which, its problems while it is typed, and what it may do itself.
import { byId, say } from '../shared/dom.js';
import { told } from '../shared/error.js';
import { SANDBOX_KEYS } from '../shared/keys.js';
import { AblyAuthError, issueJwtSync, parseCapability } from '../pkg/wasm.js';

const choices = () => [...byId('key-choice').querySelectorAll('input')];

export function chosenKey() {
  return choices().find(({ checked }) => checked).value;
}

/** @param {'revocable' | 'narrow' | 'root' | 'own'} name */
export function chooseKey(name) {
  for (const choice of choices()) choice.checked = choice.value === name;
  const { key, capability, revocable } = SANDBOX_KEYS[name] ?? { key: '', capability: '', revocable: false };
  byId('key').value = key;
  byId('key-capability').value = capability;
  byId('revocable').checked = revocable;
}

/** Whoever writes into the field has a key of their own. */
export function keyWasTyped() {
  if (chosenKey() === 'own') return;
  const { value } = byId('key');
  chooseKey('own');
  byId('key').value = value;
}

export function startKey(changed) {
  byId('key-choice').addEventListener('change', ({ target }) => {
    chooseKey(target.value);
    if (target.value === 'own') byId('key').focus();
    changed();
  });
}

/** For real Ably none of the sandbox's keys is of use. */
export function onlyOwnKeys(only) {
  for (const choice of choices()) choice.disabled = only && choice.value !== 'own';
  chooseKey(only ? 'own' : 'revocable');
  say(
    byId('key-note'),
    only
      ? 'A key of your own app. It stays in this page’s memory until you leave or switch back; it is never stored, and only ever sent to Ably. Better still: make one for trying out, and revoke it afterwards.'
      : 'A key of the sandbox in this page. A real key never belongs in a page that others load; what you type stays in this page’s memory.',
  );
}

export function showKey(key, keyCapability) {
  // An empty field speaks for itself.
  const problem = key === '' ? undefined : problemOf(() => issueJwtSync({ key }));
  say(byId('key-problem'), problem ?? '');
  byId('key').setAttribute('aria-invalid', problem !== undefined);
  byId('key').classList.toggle('masked', chosenKey() === 'own');
  const other = keyCapability === undefined ? undefined : problemOf(() => parseCapability(keyCapability));
  say(byId('key-capability-problem'), other ?? '');
  byId('key-capability').setAttribute('aria-invalid', other !== undefined);
  say(
    byId('ttl-note'),
    byId('revocable').checked ? '1 to 3600 with revocable tokens; empty is 3600.' : '1 to 86400; empty is 3600.',
  );
  return other === undefined;
}

/** With nothing else given, nothing else can be wrong. */
function problemOf(run) {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof AblyAuthError) return told(error);
    throw error;
  }
}
