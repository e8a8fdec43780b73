// The sandbox of this page: loaded when it is first needed, kept in IndexedDB, so that a reload finds all
// as it was.
import { told } from './error.js';
import { emptyWallet } from './token-store.js';

const NAME = 'playground';

let opening;

export function openSandbox() {
  opening ??= open().catch((error) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

async function open() {
  const [{ createSandbox, init }, { keepInIndexedDb }] = await Promise.all([
    import('../pkg/sandbox/wasm.js'),
    import('../pkg/sandbox/indexed-db.js'),
  ]);
  await init(fetch(new URL('../pkg/generated/ably_edge_auth_sandbox.wasm', import.meta.url)));
  const options = { revokeChannels: true };
  let problem;
  let kept = {};
  try {
    kept = await keepInIndexedDb(NAME);
  } catch (error) {
    // Another tab has it, or there is no store: it works all the same, for as long as the page is open.
    problem = told(error);
  }
  let sandbox;
  try {
    sandbox = createSandbox({ ...options, ...kept });
  } catch (error) {
    problem = told(error);
    sandbox = createSandbox(options);
  }
  return { ...sandbox, problem };
}

/** As on the first visit. The rows are locked for as long as this page lives, so it begins anew. */
export async function startAfresh() {
  await emptyWallet();
  const deleting = indexedDB.deleteDatabase(`ably-edge-auth:${NAME}`);
  await new Promise((resolve) => (deleting.onsuccess = deleting.onerror = resolve));
  location.reload();
}
