// Loaded by /kept: a sandbox inside the page, kept in IndexedDB. The driver loads it anew, and says what to do.
import { createSandbox } from 'ably-edge-auth/sandbox';
import { keepInIndexedDb } from 'ably-edge-auth/sandbox/indexed-db';

const messages = '/channels/a/messages';

/** Opens the sandbox of this name. What is refused is given as `{ error }`. */
globalThis.open = async (name) => {
  try {
    const sandbox = createSandbox(await keepInIndexedDb(name));
    const headers = { Authorization: `Basic ${btoa(sandbox.keys.root)}`, 'Content-Type': 'application/json' };
    globalThis.publish = async (data) =>
      (await sandbox.fetch(messages, { method: 'POST', headers, body: JSON.stringify({ data }) })).status;
    globalThis.publishMany = async (list) => {
      for (const data of list) if ((await publish(data)) !== 201) throw new Error(`${data} was refused`);
    };
    globalThis.read = async () =>
      (await (await sandbox.fetch(`${messages}?limit=1000`, { headers })).json()).map(({ data }) => data).reverse();
    return {};
  } catch ({ kind, message }) {
    return { error: { kind, message } };
  }
};

/** What is in the database, past the store. */
const rows = (name, mode, work) =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(`ably-edge-auth:${name}`);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('changes', mode);
      const asked = work(transaction.objectStore('changes'));
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(asked.result);
      };
      transaction.onabort = () => reject(transaction.error);
    };
  });
globalThis.countRows = (name) => rows(name, 'readonly', (store) => store.count());
globalThis.damage = (name) => rows(name, 'readwrite', (store) => store.add('{"at":'));
globalThis.remove = (name) =>
  new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(`ably-edge-auth:${name}`);
    deleting.onsuccess = () => resolve();
    deleting.onerror = () => reject(deleting.error);
  });
globalThis.report = true;
