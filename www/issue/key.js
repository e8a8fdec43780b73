// The key: its choice, its problems while it is typed, and its own capability.
import { byId, say } from '../shared/dom.js';
import { told } from '../shared/error.js';
import { unfoldAround } from './fold.js';
import { SANDBOX_KEYS } from '../shared/keys.js';
import { parseCapability } from '../pkg/lib/capability.js';
import { AblyAuthError } from '../pkg/lib/error.js';
import { issueJwtSync } from '../pkg/lib/issue.js';

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

/** Typing into the field selects “Own”. */
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

/** Real Ably knows none of the sandbox's keys. */
export function onlyOwnKeys(only) {
  for (const choice of choices()) choice.disabled = only && choice.value !== 'own';
  chooseKey(only ? 'own' : 'revocable');
  if (only) unfoldAround(byId('key'));
  say(
    byId('key-note'),
    only
      ? 'A key of your own app. It stays in this page’s memory until you leave or switch back. It is never stored, and sent only to Ably. For safety, create a key for this test and revoke it afterwards.'
      : 'A sandbox key, which real Ably does not accept. Never put a real key in a page that others load; what you type stays in this page’s memory.',
  );
}

export function showKey(key, keyCapability) {
  // An empty field needs no message.
  const problem = key === '' ? undefined : problemOf(() => issueJwtSync({ key }));
  say(byId('key-problem'), problem ?? '');
  byId('key').setAttribute('aria-invalid', problem !== undefined);
  byId('key').classList.toggle('masked', chosenKey() === 'own');
  const other = keyCapability === undefined ? undefined : problemOf(() => parseCapability(keyCapability));
  say(byId('key-capability-problem'), other ?? '');
  byId('key-capability').setAttribute('aria-invalid', other !== undefined);
  say(
    byId('ttl-note'),
    byId('revocable').checked ? '1 to 3600 with revocable tokens. Default 3600.' : '1 to 86400. Default 3600.',
  );
  return other === undefined;
}

/** Checks the key alone: without other options, every error is about the key. */
function problemOf(run) {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof AblyAuthError) return told(error);
    throw error;
  }
}
