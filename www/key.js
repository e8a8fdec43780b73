// The key: its problems, while it is typed.
import { byId, say } from './dom.js';
import { AblyAuthError, issueJwtSync } from './pkg/wasm.js';

export function showKey(key) {
  const problem = keyProblem(key);
  say(byId('key-problem'), problem ?? '');
  byId('key').setAttribute('aria-invalid', problem !== undefined);
}

/** With nothing else given, nothing else can be wrong. */
function keyProblem(key) {
  try {
    issueJwtSync({ key });
  } catch (error) {
    if (error instanceof AblyAuthError) return error.message;
    throw error;
  }
}
