// How each app is built and served, by the name of its folder. `node: 'newer'`: it does not run on Node.js 20.
// A word `bin:next` is a command of one of the app's packages (`bin:package#command` if the names differ); <port> and
// <key> stand for the port and the API key. `deploy`: what is served without the app around it;
// `example`: the folder of examples/ whose files belong to the app.
// A lock file is made by the Node.js that the app runs on, with `npm install --package-lock-only` and the .npmrc of
// tests/, so that it has no addresses.

const NEXT_PATHS = ['/auth', '/edge-auth', '/proxied'];

/** What downloads a runtime from elsewhere than npm. */
export const NOT_IN_CI = {
  Electron: 'installing it downloads its binary',
  '`deno compile`': 'it downloads the runtime of the program that it makes',
};

/** @type {Record<string, { node?: 'newer', example?: string, modes: { mode: string, build?: string[][], deploy?: string, serve: string[], paths?: string[], page?: boolean, runtime?: 'bun' }[] }>} */
export const APPS = {
  'node-http': { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  express: { modes: [{ mode: 'production', serve: ['server.mjs'], paths: ['/auth', '/mounted/auth'] }] },
  fastify: { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  hono: { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  h3: { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  elysia: { modes: [{ mode: 'production', serve: ['server.mjs'], runtime: 'bun' }] },
  next: {
    // examples/next brings the route /auth.
    example: 'next',
    modes: [
      {
        mode: 'production, Turbopack',
        build: [['bin:next', 'build']],
        serve: ['bin:next', 'start', '--port', '<port>'],
        paths: NEXT_PATHS,
        page: true,
      },
      {
        mode: 'production, webpack',
        build: [['bin:next', 'build', '--webpack']],
        serve: ['bin:next', 'start', '--port', '<port>'],
        paths: NEXT_PATHS,
        page: true,
      },
      {
        mode: 'development, Turbopack',
        serve: ['bin:next', 'dev', '--port', '<port>'],
        paths: NEXT_PATHS,
        page: true,
      },
      {
        mode: 'development, webpack',
        serve: ['bin:next', 'dev', '--webpack', '--port', '<port>'],
        paths: NEXT_PATHS,
        page: true,
      },
    ],
  },
};
