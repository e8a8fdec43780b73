// Sandboxes for the cases, each with a clock that its case can move, and what else a client's application has: an endpoint
// for tokens and the rights that it grants. The cases reach all of it over HTTP, because some of them run in a browser.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createAccess, createTokenEndpoint } from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { memoryStore } from '../../pkg/stores.js';

const ANYONE = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };

/** @returns {Promise<{ origin: string, close(): Promise<void> }>} */
export async function serveWorlds() {
  const worlds = [];
  const actions = {
    async create() {
      const world = await createWorld();
      const { keys, accessToken, app } = world.sandbox;
      return { id: worlds.push(world) - 1, url: world.url, keys, accessToken, appId: app.id };
    },
    /** Moves the clock, and does what is due at each second, as a timer would. */
    async pass(world, { ms }) {
      for (let left = ms; left > 0; left -= 1_000) await world.pass(Math.min(left, 1_000));
    },
    end: (world) => world.close(),
    grant: (world, capability) => void (world.capability = capability),
    kick: (world, target) => world.access.kick(target),
    refresh: (world, target) => world.access.refresh(target),
    ban: (world, target) => world.access.ban(target),
    unban: (world, target) => world.access.unban(target),
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
    const [, action, id] = pathname.split('/');
    const answer = (status, body, type = 'application/json') =>
      response.writeHead(status, { ...ANYONE, 'Content-Type': type }).end(body);
    try {
      const text = await textOf(request);
      if (request.method === 'OPTIONS') return answer(204);
      // An authUrl that answers as the case says.
      if (action === 'token')
        return answer(Number(searchParams.get('status') ?? 200), searchParams.get('token'), 'application/jwt');
      if (action === 'auth') {
        const issued = await worlds[id].endpoint(new Request(`http://127.0.0.1${request.url}`));
        return answer(issued.status, await issued.text(), issued.headers.get('Content-Type'));
      }
      const result = await actions[action](...(id === undefined ? [] : [worlds[id]]), text && JSON.parse(text));
      answer(200, JSON.stringify(result ?? null));
    } catch (error) {
      answer(500, JSON.stringify(String(error.stack)));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await Promise.all(worlds.map((world) => world.close()));
    },
  };
}

async function createWorld() {
  let ahead = 0;
  const running = await serve({ port: 0, revokeChannels: true, now: () => Date.now() + ahead });
  const { sandbox, url } = running;
  const key = sandbox.keys.revocable;
  const access = createAccess({ source: { key, endpoint: url }, store: memoryStore() });
  const world = {
    sandbox,
    url,
    access,
    capability: {},
    endpoint: createTokenEndpoint({
      source: { key },
      access,
      authenticate: (_, { params }) => ({
        clientId: params.get('user'),
        capability: world.capability,
        revocable: true,
      }),
    }),
    pass(ms) {
      ahead += ms;
      return sandbox.tick();
    },
    close: closedOnce(() => running.close({ graceMs: 0 })),
  };
  return world;
}

/** A case may have closed it. */
function closedOnce(close) {
  let closed;
  return () => (closed ??= close());
}

async function textOf(request) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
