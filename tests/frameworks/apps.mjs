// How each app is built and served, by the name of its folder. `node: 'newer'`: it does not run on Node.js 20.
// A word `bin:next` is a command of one of the app's packages (`bin:package#command` if the names differ); <port> and
// <key> stand for the port and the API key. `holdsModuleOnce`: a bundle that has the WebAssembly module as one text;
// `deploy`: what is served without the app around it; `example`: the folder of examples/ whose files belong to the app.
// A lock file is made by the Node.js that the app runs on, with `npm install --package-lock-only` and the .npmrc of
// tests/, so that it has no addresses.

const WRANGLER = ['--ip', '127.0.0.1', '--port', '<port>', '--var', 'ABLY_API_KEY:<key>'];

const NEXT_PATHS = ['/auth', '/edge-auth', '/proxied'];

/** What downloads a runtime from elsewhere than npm. */
export const NOT_IN_CI = {
  Electron: 'installing it downloads its binary',
  '`deno compile`': 'it downloads the runtime of the program that it makes',
};

/** @type {Record<string, { node?: 'newer', example?: string, modes: { mode: string, build?: string[][], holdsModuleOnce?: string, deploy?: string, serve: string[], paths?: string[], page?: boolean, runtime?: 'bun' }[] }>} */
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
  nuxt: {
    node: 'newer',
    modes: [
      {
        mode: 'production',
        build: [['bin:nuxt', 'build']],
        deploy: '.output',
        serve: ['.output/server/index.mjs'],
        page: true,
      },
      {
        mode: 'production, Cloudflare',
        build: [['bin:nuxt', 'build', '--preset', 'cloudflare_module']],
        serve: [
          'bin:wrangler',
          'dev',
          '.output/server/index.mjs',
          '--assets',
          '.output/public',
          '--compatibility-date',
          '2026-04-01',
          ...WRANGLER,
        ],
        page: true,
      },
      { mode: 'development', serve: ['bin:nuxt', 'dev', '--port', '<port>', '--host', '127.0.0.1'], page: true },
    ],
  },
  sveltekit: {
    node: 'newer',
    modes: [
      { mode: 'production', build: [['bin:vite', 'build']], serve: ['build/index.js'], page: true },
      { mode: 'development', serve: ['bin:vite', 'dev', '--port', '<port>', '--host', '127.0.0.1'], page: true },
    ],
  },
  astro: {
    node: 'newer',
    modes: [
      { mode: 'production', build: [['bin:astro', 'build']], serve: ['dist/server/entry.mjs'], page: true },
      { mode: 'development', serve: ['bin:astro', 'dev', '--port', '<port>', '--host', '127.0.0.1'], page: true },
    ],
  },
  'react-router': {
    node: 'newer',
    modes: [
      {
        mode: 'production',
        build: [['bin:@react-router/dev#react-router', 'build']],
        serve: ['bin:@react-router/serve#react-router-serve', 'build/server/index.js'],
        page: true,
      },
      {
        mode: 'development',
        serve: ['bin:@react-router/dev#react-router', 'dev', '--port', '<port>', '--host', '127.0.0.1'],
        page: true,
      },
    ],
  },
  'sveltekit-cloudflare': {
    modes: [
      { mode: 'production', build: [['bin:vite', 'build']], serve: ['bin:wrangler', 'dev', ...WRANGLER], page: true },
    ],
  },
  wrangler: {
    modes: [
      { mode: 'development', serve: ['bin:wrangler', 'dev', ...WRANGLER] },
      {
        mode: 'development, nodejs_compat',
        serve: ['bin:wrangler', 'dev', '--compatibility-flags', 'nodejs_compat', ...WRANGLER],
      },
    ],
  },
  parcel: {
    modes: [
      {
        mode: 'production',
        build: [['bin:parcel', 'build']],
        holdsModuleOnce: 'dist/server.js',
        serve: ['dist/server.js'],
        page: true,
      },
    ],
  },
  tsup: {
    node: 'newer',
    modes: [
      { mode: 'ES module', build: [['bin:tsup', '--format', 'esm']], serve: ['dist/server.js'] },
      { mode: 'CommonJS', build: [['bin:tsup', '--format', 'cjs']], serve: ['dist/server.cjs'] },
    ],
  },
};
