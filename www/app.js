// Starts the module, then the playground. Only this file can run without the package beside it, so
// that a page that cannot start says why.
import { byId, show } from './shared/dom.js';

try {
  const wasm = fetch(new URL('./pkg/generated/ably_edge_auth.wasm', import.meta.url));
  // Whatever fails first is said; the other must not be left unheard.
  wasm.catch(() => {});
  const [{ init }, { start }] = await Promise.all([import('./pkg/wasm.js'), import('./playground.js')]);
  await init(wasm);
  start();
} catch (error) {
  byId('waiting').hidden = true;
  show(
    byId('not-started'),
    `The playground could not start: ${[error.message, error.remediation].filter(Boolean).join('; ')}`,
  );
  throw error;
}
