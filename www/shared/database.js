// The page's small store for tokens from the sandbox, so that they survive a reload. It never contains a real
// credential; see token-store.js.
const NAME = 'ably-edge-auth-playground';
const STORE = 'kept';

let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('another page blocks the store'));
  });
  return opening;
}

async function run(mode, work) {
  const store = (await database()).transaction(STORE, mode).objectStore(STORE);
  return new Promise((resolve, reject) => {
    const request = work(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const read = (name) => run('readonly', (store) => store.get(name));
export const write = (name, value) => run('readwrite', (store) => store.put(value, name));
