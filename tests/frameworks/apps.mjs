// How each app is built and served, by the name of its folder. `node: 'newer'`: it does not run on Node.js 20.
// A word `bin:next` is a command of one of the app's packages (`bin:package#command` if the names differ).

const NEXT_PATHS = ['/auth', '/edge-auth', '/proxied'];
const NEXT_PAGES = { '/': 'publish on chat:lobby is allowed' };

/** @type {Record<string, { node?: 'newer', modes: { mode: string, build?: string[][], serve: string[], paths?: string[], pages?: Record<string, string>, runtime?: 'bun' }[] }>} */
export const APPS = {
  'node-http': { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  express: { modes: [{ mode: 'production', serve: ['server.mjs'], paths: ['/auth', '/mounted/auth'] }] },
  fastify: { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  hono: { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  h3: { modes: [{ mode: 'production', serve: ['server.mjs'] }] },
  elysia: { modes: [{ mode: 'production', serve: ['server.mjs'], runtime: 'bun' }] },
  next: {
    modes: [
      {
        mode: 'production, Turbopack',
        build: [['bin:next', 'build']],
        serve: ['bin:next', 'start', '--port', 'PORT'],
        paths: NEXT_PATHS,
        pages: NEXT_PAGES,
      },
      {
        mode: 'production, webpack',
        build: [['bin:next', 'build', '--webpack']],
        serve: ['bin:next', 'start', '--port', 'PORT'],
        paths: NEXT_PATHS,
        pages: NEXT_PAGES,
      },
      {
        mode: 'development, Turbopack',
        serve: ['bin:next', 'dev', '--port', 'PORT'],
        paths: NEXT_PATHS,
        pages: NEXT_PAGES,
      },
      {
        mode: 'development, webpack',
        serve: ['bin:next', 'dev', '--webpack', '--port', 'PORT'],
        paths: NEXT_PATHS,
        pages: NEXT_PAGES,
      },
    ],
  },
};
