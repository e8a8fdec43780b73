// Starts the module, then the playground. Only this file can run without the package beside it, so
// that a page that cannot start says why.
import { byId, show } from './dom.js';

try {
  const { init } = await import('./pkg/wasm.js');
  await init(fetch(new URL('./pkg/generated/ably_edge_auth.wasm', import.meta.url)));
  const { start } = await import('./playground.js');
  start();
} catch (error) {
  byId('waiting').hidden = true;
  show(byId('not-started'), `The playground could not start: ${error.message}`);
  throw error;
}
