// The sandbox of this page. It loads when it is first needed, and keeps its state in IndexedDB across reloads.
import { told } from './error.js';

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
    // Another tab uses the state, or there is no store. The sandbox works anyway, until the page is closed.
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

/** Deletes the sandbox's state. The page reloads, because it keeps the sandbox's rows locked while it is open. */
export async function resetSandbox() {
  const deleting = indexedDB.deleteDatabase(`ably-edge-auth:${NAME}`);
  await new Promise((resolve) => (deleting.onsuccess = deleting.onerror = resolve));
  location.reload();
}
