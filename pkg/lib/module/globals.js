// Globals that some environments lack. They are looked up when they are needed, so that only the functions that use one fail.
import { AblyAuthError } from '../error.js';

export function globalNamed(name) {
  const found = globalThis[name];
  if (found !== undefined) return found;
  const remediation = `in Jest's jsdom environment write "@jest-environment node" in a comment at the top of the test; elsewhere load a polyfill of ${name}`;
  throw new AblyAuthError({ kind: 'usage', message: `this environment has no ${name}`, path: name, remediation });
}
