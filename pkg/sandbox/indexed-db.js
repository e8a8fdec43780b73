// Stores a sandbox's changes in IndexedDB, one row per change.
import { AblyAuthError } from '../lib/error.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';
import { compacting } from './compacting.js';

const PREFIX = 'ably-edge-auth:';
const ROWS = 'changes';
/** A reloaded page may ask for the lock before the old page has released it. */
const LOCK_MS = 2000;

export async function keepInIndexedDb(name) {
  if (typeof name !== 'string') throw refuse('name', kindOf(name), 'a string');
  const unlock = await lock(name);
  try {
    const database = await open(PREFIX + name);
    const state = await settled(database.transaction(ROWS).objectStore(ROWS).getAll());
    const write = (work) => written(database, work);
    const onChange = compacting(state.length, {
      append: (change) => write((rows) => rows.add(change)),
      replace: (changes) =>
        write((rows) => {
          rows.clear();
          for (const change of changes) rows.add(change);
        }),
    });
    return { state, onChange };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Two sandboxes on the same rows would not see each other's changes. */
function lock(name) {
  const { locks } = navigator;
  if (!locks)
    throw new AblyAuthError({
      kind: 'usage',
      message: 'this page has no Web Locks, which keep two tabs from writing to one sandbox',
      remediation: 'serve the page over HTTPS or from localhost',
    });
  return new Promise((resolve, reject) => {
    const held = () => new Promise((unlock) => resolve(unlock));
    locks.request(PREFIX + name, { signal: AbortSignal.timeout(LOCK_MS) }, held).catch((cause) => {
      const remediation = 'close that tab, or give another name';
      reject(
        new AblyAuthError({
          kind: 'usage',
          message: `the sandbox ${JSON.stringify(name)} is open in another tab or worker`,
          path: 'name',
          remediation,
          cause,
        }),
      );
    });
  });
}

async function open(name) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(ROWS, { autoIncrement: true });
  const database = await settled(opening);
  // Another page wants to delete the database. Later changes then fail instead of being lost silently.
  database.onversionchange = () => database.close();
  return database;
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Runs `work` in one transaction, and resolves when it is on disk. */
function written(database, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(ROWS, 'readwrite', { durability: 'strict' });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    work(transaction.objectStore(ROWS));
  });
}
