// The sandbox behind a port of this machine, on a clock that gains a minute with each request: nobody comes
// near the limits of an hour.
import { createServer } from 'node:http';
import { createSandbox } from '../../../pkg/sandbox.js';

export async function serve() {
  let now = 1_700_000_000_000;
  const sandbox = createSandbox({ now: () => (now += 60_000) });
  const answered = {};
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, headers } = request;
    // `fetch` cannot carry it, so no sandbox ever sees one.
    if (method === 'TRACE') return response.writeHead(405, { allow: 'GET, POST, PATCH, DELETE' }).end();
    const body = chunks.length > 0 && method !== 'GET' && method !== 'HEAD' ? Buffer.concat(chunks) : undefined;
    const answer = await sandbox.fetch(`http://${headers.host}${request.url}`, { method, headers, body });
    answered[answer.status] = (answered[answer.status] ?? 0) + 1;
    response.writeHead(answer.status, [...answer.headers].flat());
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { sandbox, answered, origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
