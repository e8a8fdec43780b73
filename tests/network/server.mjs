// Ably's REST API and a small Control API on loopback, which misbehave as a test tells them to. All is
// told by plain HTTP, so that a test can do it from any runtime, browsers too:
//
//   POST /control/ID   with a script (see world.mjs): makes a world of its own
//   GET  /control/ID   every request that came to that world
//   any  /w/ID/…       the world: its address is what a test gives as `endpoint`
//
// As a command it prints its address and stays: node tests/network/server.mjs
import { once } from 'node:events';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { ably } from './ably.mjs';
import { CORS, send } from './send.mjs';
import { World } from './world.mjs';

const MAX_BODY_BYTES = 4_000_000;

/**
 * Listens on two ports, so that there is another origin that a redirect can lead to.
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function startServer() {
  const worlds = new Map();
  const [here, elsewhere] = await Promise.all([listen(worlds, 'here'), listen(worlds, 'elsewhere')]);
  const origins = { here: originOf(here), elsewhere: originOf(elsewhere) };
  for (const server of [here, elsewhere]) server.origins = origins;
  return {
    origin: origins.here,
    close: () => Promise.all([here, elsewhere].map(close)),
  };
}

const originOf = (server) => `http://127.0.0.1:${server.address().port}`;

async function listen(worlds, place) {
  const server = createServer((request, response) => {
    answer(worlds, server, place, request, response).catch((error) => {
      if (!response.headersSent) return reply(response, 599, { message: String(error.stack) });
      console.error(error);
      response.destroy();
    });
  });
  // Idle connections are kept, as Ably keeps them: what reuses one must work too.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function close(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return closed;
}

async function answer(worlds, server, place, request, response) {
  const at = Date.now();
  const { socket } = request;
  const reused = socket.hasServed === true;
  socket.hasServed = true;
  const { pathname, search } = new URL(request.url, 'http://127.0.0.1');
  const [, kind, id, path] = pathname.match(/^\/(control|w)\/([\w-]+)(.*)$/s) ?? [];
  if (kind === 'control') return control(worlds, server, id, request, response);
  const world = worlds.get(id);
  if (!world) return reply(response, 599, { message: `there is no world ${pathname}` });

  const preflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
  const entry = {
    index: preflight ? null : world.requests++,
    preflight,
    world: id,
    place,
    at,
    method: request.method,
    path,
    search,
    headers: request.headers,
    body: '',
    connection: socket.remotePort,
    reused,
    fault: null,
    well: false,
    headersSent: false,
    sent: false,
    gone: false,
  };
  // Registered as soon as it is heard of: a test waits for it.
  world.log.push(entry);
  response.on('close', () => {
    entry.closedAt = Date.now();
    entry.sent = response.writableFinished;
    entry.gone = !response.writableFinished && !entry.cut;
  });
  if (preflight) return response.writeHead(204, world.script.cors === false ? {} : CORS.preflight).end();
  entry.body = await read(request);
  await send({ world, entry, response, origins: server.origins, good: () => ably(world, entry) });
}

async function control(worlds, server, id, request, response) {
  if (request.method === 'OPTIONS') return response.writeHead(204, CORS.preflight).end();
  if (request.method === 'POST') {
    if (worlds.has(id)) return reply(response, 409, { message: 'there is such a world already' });
    const world = new World(JSON.parse(await read(request)));
    worlds.set(id, world);
    return reply(response, 201, {
      endpoint: `${server.origins.here}/w/${id}`,
      elsewhere: `${server.origins.elsewhere}/w/${id}`,
    });
  }
  const world = worlds.get(id);
  if (!world) return reply(response, 404, { message: 'there is no such world' });
  return reply(response, 200, world.log);
}

async function read(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error(`a request of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reply(response, status, value) {
  response.writeHead(status, { ...CORS.answer, 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log((await startServer()).origin);
