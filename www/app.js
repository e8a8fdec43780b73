// Starts the module, then the page. Imports the package only dynamically, so that it can explain why the page
// cannot start.
import { byId, show } from './shared/dom.js';

try {
  const wasm = fetch(new URL('./pkg/generated/ably_edge_auth.wasm', import.meta.url));
  // Only the first failure is shown; this keeps the other from being reported as unhandled.
  wasm.catch(() => {});
  const [{ load }, { issueFirst }] = await Promise.all([
    import('./pkg/lib/module/load.js'),
    import('./issue/first.js'),
  ]);
  await load(wasm);
  await issueFirst();
} catch (error) {
  byId('waiting').hidden = true;
  show(
    byId('not-started'),
    `The playground could not start: ${[error.message, error.remediation].filter(Boolean).join('; ')}`,
  );
  throw error;
}
