// The sandbox behind the HTTP server of Deno or Bun: a realtime connection over a port, in both formats.
import { sandbox as entry } from '../.work/runtimes/staged.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { print } from './report.mjs';

const { Bun, Deno } = globalThis;
const [version] = Deno?.args ?? process.argv.slice(2);
const hostname = '127.0.0.1';

function serve(sandbox) {
  if (Bun) {
    const server = Bun.serve({ port: 0, hostname, fetch: sandbox.fetch, websocket: sandbox.websocket });
    return { port: server.port, end: () => server.stop(true) };
  }
  const server = Deno.serve({ port: 0, hostname, onListen() {} }, sandbox.fetch);
  return { port: server.addr.port, end: () => server.shutdown() };
}

/** { action: 7 } */
const CLOSE = { json: '{"action":7}', msgpack: new Uint8Array([0x81, 0xa6, 97, 99, 116, 105, 111, 110, 7]) };

function realtime({ test }) {
  for (const [format, close] of Object.entries(CLOSE))
    test(`${format}: connects, and closes`, async () => {
      const sandbox = entry.createSandbox();
      const { port, end } = serve(sandbox);
      const socket = new WebSocket(`ws://${hostname}:${port}/?v=6&key=${sandbox.keys.root}&format=${format}`);
      socket.binaryType = 'arraybuffer';
      const closed = new Promise((resolve) => (socket.onclose = resolve));
      const data = await new Promise((resolve) => (socket.onmessage = (event) => resolve(event.data)));
      if (format === 'json') equal(JSON.parse(data).action, 4);
      else ok(data instanceof ArrayBuffer);
      socket.send(close);
      equal((await closed).code, 1000);
      await end();
    });
  test('a revocation over REST reaches a connection', async () => {
    const sandbox = entry.createSandbox();
    const { port, end } = serve(sandbox);
    const key = sandbox.keys.narrow;
    const socket = new WebSocket(`ws://${hostname}:${port}/?v=6&key=${key}`);
    const frames = [];
    let wake;
    socket.onmessage = (event) => {
      frames.push(JSON.parse(event.data));
      wake?.();
    };
    const next = async () => {
      while (frames.length === 0) await new Promise((resolve) => (wake = resolve));
      return frames.shift();
    };
    equal((await next()).action, 4);
    const path = `/v1/apps/${sandbox.app.id}/keys/${key.split(/[.:]/)[1]}/revoke`;
    const headers = { Authorization: `Bearer ${sandbox.accessToken}` };
    equal((await fetch(`http://${hostname}:${port}${path}`, { method: 'POST', headers })).status, 200);
    const { action, error } = await next();
    equal([action, error.code], [9, 40131]);
    await end();
  });
}

if (!print(`${version}, realtime`, await runSubjects({ realtime }, {}))) (Deno ?? process).exit(1);
