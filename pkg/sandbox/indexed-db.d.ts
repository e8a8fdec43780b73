import type { Change, SandboxOptions } from '../sandbox.js';

/**
 * Keeps a sandbox in this page's IndexedDB, in a database that is named after it: `ably-edge-auth:` and
 * `name`. A change is on the disk before its answer is given, and is there again when the page is loaded
 * anew. One page or worker at a time has it.
 *
 * @example
 * const sandbox = createSandbox({ ...(await keepInIndexedDb('my-app')) });
 *
 * @throws AblyAuthError `usage`: another tab has it open, or the page has no Web Locks, as one that was not
 * loaded by HTTPS or from this machine.
 */
export function keepInIndexedDb(name: string): Promise<{
  state: Change[];
  onChange: NonNullable<SandboxOptions['onChange']>;
}>;
