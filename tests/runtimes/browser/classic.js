// Loaded by /classic, a page without a module script: import() is all it takes. So it is in workers,
// to which a page's import map does not apply: they get the address.
globalThis.report = (async () => {
  const { runSubjects } = await import('/js/harness.mjs');
  const { openWith } = await import('/js/tokens.mjs');
  const library = await import('ably-edge-auth');
  const address = document.querySelector('[type=importmap]').textContent.match(/"ably-edge-auth":"([^"]+)"/)[1];

  const tokenOf = (worker) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.token ? resolve(data.token) : reject(new Error(data.error)));
      worker.onerror = (event) => reject(new Error(event.message || 'the worker did not load'));
    });

  const subject = ({ test }) => {
    test('a classic script', () => openWith(library.issueJwtSync({ key: 'xVLyHw.A-pwh7:made-up-secret' }).token));
    for (const type of ['module', 'classic'])
      test(`a ${type} worker`, async () => {
        const worker = new Worker(`/runtimes/browser/worker.js?${address}`, { type });
        try {
          await openWith(await tokenOf(worker));
        } finally {
          worker.terminate();
        }
      });
  };
  return runSubjects({ 'without a module script': subject }, {});
})();
