// A server around one Next route, which exports a function for each method. tests/frameworks has the whole of Next.
import { createServer } from 'node:http';

/** @param {typeof globalThis.Request} Request that of the runtime in which the route runs */
export function serveRoute(route, Request) {
  createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method, headers, url } = incoming;
    const handler = route[method];
    if (!handler) return outgoing.writeHead(405).end();
    const body = method === 'POST' ? Buffer.concat(chunks).toString() : undefined;
    const response = await handler(new Request(`http://${headers.host}${url}`, { method, headers, body }));
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(await response.text());
  }).listen(Number(process.env.PORT), '127.0.0.1');
}
