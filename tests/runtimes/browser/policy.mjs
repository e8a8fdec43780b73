// Loaded by /policy-…: the page's Content-Security-Policy lets WebAssembly be compiled, or does not.
import { equal, ok } from '../../js/assert.mjs';
import { runSubjects } from '../../js/harness.mjs';
import { KEY, NOW, openWith } from '../../js/tokens.mjs';

const loading = import('ably-edge-auth').catch((error) => error);

const SUBJECTS = {
  '/policy-without-wasm'({ test }) {
    test('the import fails and says what the policy lacks', async () => {
      const error = await loading;
      ok(error instanceof Error, 'it did not fail');
      equal(
        error.message,
        "ably-edge-auth could not start: this page's Content-Security-Policy lacks 'wasm-unsafe-eval' in its script-src",
      );
      ok(error.cause instanceof WebAssembly.CompileError, String(error.cause));
    });
    test('init of ably-edge-auth/wasm says the same', async () => {
      const { init } = await import('ably-edge-auth/wasm');
      const error = await init(fetch(import.meta.resolve('ably-edge-auth/ably_edge_auth.wasm'))).catch(
        (reason) => reason,
      );
      equal(
        error?.message,
        "ably-edge-auth could not start: this page's Content-Security-Policy lacks 'wasm-unsafe-eval' in its script-src",
      );
    });
  },
  '/policy-with-wasm'({ test }) {
    test('the import works', async () => {
      await openWith((await loading).issueJwtSync({ key: KEY, now: NOW }).token);
    });
  },
};

const { pathname } = location;
globalThis.report = runSubjects({ [pathname.slice(1)]: SUBJECTS[pathname] }, {});
