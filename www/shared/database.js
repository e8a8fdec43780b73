// The page's own small store: the tokens that were issued against the sandbox, so that a reload keeps them.
// No real credential ever comes here; see wallet.js.
const NAME = 'ably-edge-auth-playground';
const STORE = 'kept';

let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('another page holds the store'));
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
