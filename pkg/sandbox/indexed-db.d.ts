/**
 * Keeps the sandbox of a page in IndexedDB.
 *
 * @module ably-edge-auth/sandbox/indexed-db
 */
import type { Change, SandboxOptions } from '../sandbox.js';

/**
 * Stores a sandbox in the page's IndexedDB, in the database `ably-edge-auth:` followed by `name`. A change is on disk
 * before its response is returned, and survives a reload of the page. Only one page or worker at a time can use it.
 *
 * @example
 * import { createSandbox } from 'ably-edge-auth/sandbox';
 * import { keepInIndexedDb } from 'ably-edge-auth/sandbox/indexed-db';
 *
 * const sandbox = createSandbox({ ...(await keepInIndexedDb('my-app')) });
 *
 * @throws AblyAuthError `usage` if another tab has it open, or if the page has no Web Locks, which need HTTPS or
 * localhost.
 */
export function keepInIndexedDb(name: string): Promise<{
  state: Change[];
  onChange: NonNullable<SandboxOptions['onChange']>;
}>;
