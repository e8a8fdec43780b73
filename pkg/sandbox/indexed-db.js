// A sandbox's changes in a page's IndexedDB, one row for each.
import { AblyAuthError } from '../lib/error.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';
import { compacting } from './compacting.js';

const PREFIX = 'ably-edge-auth:';
const ROWS = 'changes';
/** A page that is loaded anew may ask before the old one is gone altogether. */
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

/** Two that write to the same rows would each know nothing of the other's. */
function lock(name) {
  const { locks } = navigator;
  if (!locks)
    throw new AblyAuthError({
      kind: 'usage',
      message:
        'this page has no Web Locks, without which two tabs could write to one sandbox; serve it by HTTPS, or from this machine',
    });
  return new Promise((resolve, reject) => {
    const held = () => new Promise((unlock) => resolve(unlock));
    locks.request(PREFIX + name, { signal: AbortSignal.timeout(LOCK_MS) }, held).catch((cause) => {
      const remediation = 'close that one, or give another name';
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
  // Somebody deletes it: what comes after that is not kept, and says so.
  database.onversionchange = () => database.close();
  return database;
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** All of it on the disk, or nothing of it anywhere. */
function written(database, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(ROWS, 'readwrite', { durability: 'strict' });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    work(transaction.objectStore(ROWS));
  });
}
