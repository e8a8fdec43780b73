// The two servers that the tests speak to, and an empty folder to keep files in.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../../pkg/sandbox.js';
import { startServer } from '../network/server.mjs';

/** @returns {Promise<Servers>} `sandbox` with `endpoint`, and `world(script)`, which makes a world of the server in ../network */
export async function startServers() {
  const scripted = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-cli-'));
  const { server, sandbox } = await serve();
  let worlds = 0;
  return {
    folder,
    scripted,
    server,
    sandbox,
    async world(script = {}) {
      const at = `${scripted.origin}/control/cli${worlds++}`;
      const answer = await fetch(at, { method: 'POST', body: JSON.stringify(script) });
      const { endpoint } = await answer.json();
      return {
        endpoint,
        key: 'xVLyHw.A-pwh7:made-up-secret',
        accessToken: 'made-up-access-token',
        log: async () => (await fetch(at)).json(),
      };
    },
  };
}

export async function closeServers({ scripted, server, folder }) {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  await scripted.close();
  rmSync(folder, { recursive: true, force: true });
}

/** The sandbox behind a port. */
async function serve() {
  const sandbox = createSandbox();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const answer = await sandbox.fetch(`http://${request.headers.host}${request.url}`, {
      method: request.method,
      headers: Object.entries(request.headers),
      body,
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { keys, accessToken, adminToken, app, account } = sandbox;
  return {
    server,
    sandbox: { endpoint: `http://127.0.0.1:${server.address().port}`, keys, accessToken, adminToken, app, account },
  };
}
