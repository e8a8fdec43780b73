// Ably's own client at the token endpoint, with few rooms and with more than a JWT holds, against the sandbox.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import Ably from 'ably';
import { createTokenEndpoint } from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { equal } from '../js/assert.mjs';

const ROOMS = [20, 54, 90, 500];
/** A UUID of which only the beginning differs. */
const room = (index) => `chat:room:${index.toString(16).padStart(8, '0')}-1111-4222-8333-444455556666`;
const METHODS = ['GET', 'POST'];
/** What the client asks for, and the forms in which it gets few rooms and many. */
const ACCEPTS = {
  'application/json, text/plain': ['jwt', 'token-request'],
  'text/plain': ['jwt', 'ably-token'],
  'application/jwt': ['jwt', 'ably-token'],
};

const running = await serve({ port: 0 });
const forms = [];
const endpoint = createTokenEndpoint({
  source: { key: running.sandbox.keys.root, endpoint: running.url },
  authenticate: (_, { params }) => ({
    clientId: params.get('user'),
    capability: Object.fromEntries(
      Array.from({ length: Number(params.get('rooms')) }, (_, index) => [room(index), ['subscribe', 'publish']]),
    ),
  }),
  onIssue: ({ form }) => void forms.push(form),
});
const server = createServer(async (incoming, outgoing) => {
  const { method, headers, url } = incoming;
  const body = method === 'POST' ? Readable.toWeb(incoming) : undefined;
  const response = await endpoint(
    new Request(`http://${headers.host}${url}`, { method, headers, body, duplex: 'half' }),
  );
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(await response.text());
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const authUrl = `http://127.0.0.1:${server.address().port}/auth`;

export function clients({ test }) {
  for (const rooms of ROOMS)
    for (const authMethod of METHODS)
      for (const [accept, [small, large]] of Object.entries(ACCEPTS))
        test(`${rooms} rooms, by ${authMethod}, as ${accept}`, async () => {
          const client = new Ably.Rest({
            endpoint: '127.0.0.1',
            port: Number(new URL(running.url).port),
            tls: false,
            logLevel: 0,
            authUrl,
            authMethod,
            authHeaders: { accept },
            authParams: { rooms: String(rooms), user: 'ada' },
          });
          forms.length = 0;
          const codeOf = (name) =>
            client.channels
              .get(name)
              .publish('greeting', 'hello')
              .then(
                () => 201,
                ({ code }) => code,
              );
          equal([await codeOf(room(0)), await codeOf(room(rooms - 1))], [201, 201]);
          equal([await codeOf(room(rooms)), await codeOf('chat:room')], [40160, 40160]);
          equal(
            await client.channels
              .get(room(0))
              .history()
              .catch(({ code }) => code),
            40160,
          );
          equal([client.auth.clientId ?? 'ada', forms], ['ada', [rooms < 90 ? small : large]]);
        });
}

export const end = ({ test }) =>
  test('the servers end', async () => {
    server.close();
    server.closeAllConnections();
    await running.close();
  });
