// Starts the module, then the playground. Imports the package only dynamically, so that it can explain why the page
// cannot start.
import { byId, show } from './shared/dom.js';

try {
  const wasm = fetch(new URL('./pkg/generated/ably_edge_auth.wasm', import.meta.url));
  // Only the first failure is shown; this keeps the other from being reported as unhandled.
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
