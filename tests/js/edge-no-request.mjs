// What frameworks hand to a handler in place of a Request, and Requests of other libraries, which do as well as the
// platform's own. Each has the members by which it is known, and some more.
import { equal, rejects } from './assert.mjs';
import { FORM, request } from './edge-request.mjs';
import { forgeClaims, KEY, NOW } from './tokens.mjs';

const CAPABILITY = { 'chat:*': ['publish'] };
const headers = { host: 'edge.example', authorization: 'Bearer x' };
const incoming = { httpVersion: '1.1', method: 'GET', url: '/auth', headers, rawHeaders: [], socket: {}, on() {} };
const web = request();
const MADE = 'give a Request created from it: new Request(url, { method, headers, body })';
const NODE = `request is a Node.js request, as in Express or Next.js pages; ${MADE}, or serve the endpoint by toNodeHandler of ably-edge-auth/node`;
const LAMBDA = `request is a Lambda event; ${MADE}`;
const EVENT = 'request is an event or a context; give its Request, such as event.request';

const OTHERS = {
  'of Express': [{ ...incoming, get() {}, query: {}, params: {}, app: {} }, NODE],
  "of Next's pages": [{ ...incoming, query: {}, cookies: {} }, NODE],
  'of Fastify': [{ raw: incoming, headers, method: 'GET', url: '/auth' }, NODE],
  'of Koa': [{ req: incoming, request: { headers, get() {} }, headers, method: 'GET', url: '/auth' }, NODE],
  "of h3's version 1": [
    { node: { req: incoming, res: {} }, context: {} },
    'request is an h3 event; give the result of toWebRequest(event)',
  ],
  "of h3's version 2": [
    { req: web, url: new URL(web.url), method: 'GET', headers: web.headers },
    'request is an event; give its Request, event.req',
    true,
  ],
  'of Hono': [
    { req: { raw: web, method: 'GET', url: web.url, header() {} }, env: {}, json() {} },
    'request is a Hono context; give its Request, c.req.raw',
  ],
  "of Hono's request": [
    { raw: web, method: 'GET', url: web.url, header() {} },
    'request is a HonoRequest; give its Request, c.req.raw',
  ],
  'of SvelteKit': [{ request: web, url: new URL(web.url), params: {}, cookies: {}, locals: {} }, EVENT],
  'of Pages Functions': [{ request: web, env: {}, waitUntil() {} }, EVENT],
  "of a Lambda behind API Gateway's version 2": [
    { version: '2.0', rawPath: '/auth', headers, requestContext: { http: { method: 'GET' } } },
    LAMBDA,
  ],
  "of a Lambda behind API Gateway's version 1": [
    { httpMethod: 'GET', path: '/auth', headers, requestContext: {} },
    LAMBDA,
  ],
  'of Netlify': [{ httpMethod: 'GET', rawUrl: 'https://edge.example/auth', headers }, LAMBDA],
  'that is undefined': [undefined, 'request is undefined; give a Request'],
  'that is null': [null, 'request is null; give a Request'],
  'that is an address': ['https://edge.example', 'request is a string; give a Request'],
  'that is an object': [{}, 'request is an object; give a Request'],
};

/** Requests of the same form, by what holds their body. */
const BODIES = {
  "undici's, of another realm": (text) => new Response(text).body,
  "node-fetch's, a stream of Node.js": async function* (text) {
    for (let at = 0; at < text.length; at += 1000) yield new TextEncoder().encode(text.slice(at, at + 1000));
  },
  "whatwg-fetch's, no stream at all": () => undefined,
};

export default ({ test, library }) => {
  const { AblyAuthError, createTokenEndpoint, verifyRequest } = library;
  const make = (told) =>
    createTokenEndpoint({
      source: { key: KEY },
      authenticate: (_, { params }) => ({ capability: CAPABILITY, clientId: params.get('clientId') }),
      onError: (error, given) => {
        told.push(error, given);
        throw new Error('of no concern');
      },
    });
  const options = {
    key: KEY,
    keyCapability: { '[*]*': ['*'] },
    operation: 'publish',
    resource: 'chat:lobby',
    now: NOW,
  };

  for (const [name, [other, message, isEnough]] of Object.entries(OTHERS)) {
    test(`the endpoint is given a request ${name}`, async () => {
      const told = [];
      const error = await rejects(AblyAuthError, make(told)(other), { kind: 'usage', path: 'request', message });
      equal([told.length, told[0] === error, told[1] === other], [2, true, true]);
    });
    test(`verifyRequest is given a request ${name}`, async () => {
      // It reads the headers only, so an event that has those will do.
      if (isEnough) equal((await verifyRequest(other, options)).response.status, 401);
      else await rejects(AblyAuthError, verifyRequest(other, options), { kind: 'usage', path: 'request', message });
    });
  }

  for (const [name, body] of Object.entries(BODIES))
    test(`a Request that is ${name}`, async () => {
      const told = [];
      const text = 'clientId=ad%C3%A1';
      const asked = {
        ...request({ method: 'POST', headers: { 'Content-Type': FORM } }),
        body: body(text),
        text: async () => text,
      };
      const response = await make(told)(asked);
      equal([response.status, told, JSON.parse(await response.text()).clientId], [200, [], 'adá']);
      const large = 'a'.repeat(65_537);
      const refused = await make(told)({ ...asked, body: body(large), text: async () => large });
      equal([refused.status, told], [413, []]);
    });
  test('a Request of this platform', async () => {
    const asked = new Request('https://edge.example/auth?clientId=ada');
    equal(JSON.parse(await (await make([])(asked)).text()).clientId, 'ada');
    const token = await forgeClaims({});
    const { verified } = await verifyRequest(
      new Request(asked, { headers: { Authorization: `Bearer ${token}` } }),
      options,
    );
    equal(verified.keyName, KEY.split(':')[0]);
  });
};
