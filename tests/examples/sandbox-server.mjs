// The sandbox on loopback, in place of Ably.
import { createServer } from 'node:http';
import { createSandbox } from '../../pkg/sandbox.js';

export async function startSandbox() {
  const sandbox = createSandbox();
  const server = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method, headers, url } = incoming;
    const body = method === 'GET' || method === 'HEAD' ? undefined : Buffer.concat(chunks);
    const response = await sandbox.fetch(new Request(`http://${headers.host}${url}`, { method, headers, body }));
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const close = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { sandbox, port: server.address().port, origin: `http://127.0.0.1:${server.address().port}`, close };
}
