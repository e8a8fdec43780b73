// Requests to hold createTokenEndpoint against endpoint-reference.mjs: groups of all combinations of some fields of a
// request, each group asked of an endpoint with other options.
import { FORM } from './edge-request.mjs';
import { APP } from './endpoint-made.mjs';

/** Always of one second, so that two tokens of one grant are the same. */
const NOW = 1_700_000_000_000;
const CAPABILITY = { 'chat:*': ['publish'] };
const OWN = 'https://edge.example';

const grantOf = (_, { params }) => ({ capability: CAPABILITY, clientId: params.get('clientId'), now: NOW });
const unread = () => ({ capability: CAPABILITY, clientId: 'ada', now: NOW });

const WITH_TOKEN = ['GET', 'HEAD', 'POST'];
const METHODS = [...WITH_TOKEN, 'OPTIONS', 'PUT', 'get', 'PATCH', ''];
const ORIGINS = [undefined, APP, 'http://localhost:5173', OWN, 'http://edge.example', 'null', '', `${APP}/`, 'é'];
const ACCEPTS = [
  undefined,
  '',
  '*/*',
  'application/json, text/plain',
  'text/plain',
  'application/jwt',
  'TEXT/PLAIN',
  'text/plain, */*;q=0.5',
  'application/json;q=0.5, application/jwt',
  'application/json;q=0, */*',
  'application/jwt;q=0.3, text/plain;q=0.4',
  'text/*, text/plain;q=0.1, text/plain;q=0.9',
  'image/png',
  'text/plain;q=nonsense',
  `${'a/b,'.repeat(300)}text/plain`,
];
const CORS = {
  'no cors': undefined,
  'a list': { origins: [APP, 'http://localhost:5173'] },
  'any origin': { origins: '*' },
  credentials: { origins: [APP], credentials: true, maxAgeSeconds: 60 },
  'a function': { origins: (origin) => origin === APP },
  'a promise': { origins: async (origin) => origin === APP },
  'a function that gives no boolean': { origins: () => new Response('no') },
};
/** Addresses, with and without parameters, in forms that a parser of addresses changes. */
const URLS = [
  `${OWN}/auth`,
  `${OWN}/auth?`,
  `${OWN}/auth?clientId=ada`,
  `${OWN}/auth?clientId=ad%61&clientId=bob&x=a+b`,
  `${OWN}/auth?%63lientId=zo%C3%AB#clientId=bob`,
  `${OWN}/auth#?clientId=ada`,
  `${OWN}/auth??clientId=ada&?="'<>|`,
  `${OWN}/auth?#clientId=ada`,
  `${OWN}?clientId=ada`,
  `${OWN}/auth?token=a.b.c&clientId=ada`,
  `${OWN}/auth?t%6Fken=a.b.c`,
  `${OWN}/auth?token=a.b&token=a.b.c`,
  `${OWN}/auth?clientId=token`,
  `${OWN}/auth?to\tken=a.b.c&client\nId=ada`,
  `${OWN}/auth?clientId=%ff%`,
  `${OWN}/auth?clientId=\ud83d`,
  'https://EDGE.example:443/auth',
  'https://edge.example:8443/auth',
  'http://edge.example:80/auth',
  'https://user:pass@edge.example/auth',
  'https:\\\\edge.example\\auth',
  'https:edge.example',
  'https://b\u00fccher.example/auth',
  'https://edge.example\t/auth',
  ' https://edge.example/auth ',
  'https://[::1]:8443/auth',
  'https://127.1/auth',
  'https://edge.1/auth',
  'https://xn--a/auth',
  'https://edge.example:0080/auth',
  'https://ed%67e.example/auth',
  'http://localhost:5173/?clientId=ada',
  'capacitor://localhost/auth?clientId=ada',
  'no address',
  '/auth?clientId=ada',
  '',
];

export const REQUEST_CASES = {
  ...Object.fromEntries(
    Object.entries(CORS).flatMap(([name, cors]) =>
      METHODS.map((method) => [
        `${name}, method ${JSON.stringify(method)}`,
        {
          options: { authenticate: grantOf, cors },
          requests: {
            method: [method],
            url: [`${OWN}/auth?clientId=ada`],
            named: ORIGINS.map((Origin) => ({ Origin })),
            headers:
              method === 'OPTIONS'
                ? [undefined, 'authorization, x-custom', 'a\tb', ''].map((names) => ({
                    'Access-Control-Request-Method': 'POST',
                    'Access-Control-Request-Headers': names,
                  }))
                : (WITH_TOKEN.includes(method) ? ACCEPTS : ACCEPTS.slice(0, 2)).map((Accept) => ({ Accept })),
          },
        },
      ]),
    ),
  ),
  ...Object.fromEntries(
    Object.entries({ read: grantOf, unread }).map(([how, authenticate]) => [
      `addresses, with parameters that are ${how}`,
      {
        options: { authenticate, cors: { origins: [APP] }, limit: how === 'read' ? () => true : undefined },
        requests: {
          method: ['GET', 'POST'],
          url: URLS,
          named: [undefined, 'edge.example', 'edge.example:8443', ''].map((Host) => ({ Host })),
          headers: [
            undefined,
            APP,
            OWN,
            'https://edge.example:8443',
            'http://localhost:5173',
            'https://xn--bcher-kva.example',
            'https://',
          ].map((Origin) => ({ Origin })),
        },
      },
    ]),
  ),
  bodies: {
    options: { authenticate: grantOf, limit: (_, { params }) => params.get('x') !== 'no' },
    requests: {
      method: ['POST', 'GET', 'PUT'],
      url: [`${OWN}/auth`, `${OWN}/auth?clientId=bob&x=no`],
      body: [
        undefined,
        '',
        'clientId=ada',
        'clientId=a%20d+a&x=no&clientId=second',
        'token=a.b.c&clientId=%ff',
        '{"user":"ada"}',
        'a='.repeat(40_000),
        () => new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) }),
        () => new Blob(['client', 'Id=eve']).stream(),
      ],
      headers: [
        {},
        { 'Content-Type': FORM },
        { 'Content-Type': `${FORM.toUpperCase()} ; charset=UTF-8` },
        { 'Content-Type': 'text/plain' },
        { 'Content-Type': FORM, 'Content-Length': '65537' },
        { 'Content-Type': 'image/png', 'Content-Length': '65537' },
        { 'Content-Type': FORM, 'Content-Length': 'many' },
      ],
    },
  },
};
