// createTokenEndpoint beside endpoint-reference.mjs, which remembers nothing: the same requests, and everything that
// can be seen of the answers and of what the callbacks were asked. Each group of requests is asked of one endpoint in
// a random order, and each request of a fresh endpoint too, so that what is remembered shows.
import { equal, ok } from './assert.mjs';
import { request } from './edge-request.mjs';
import { APP } from './endpoint-made.mjs';
import { CALLBACK_CASES } from './endpoint-callback-cases.mjs';
import { REQUEST_CASES } from './endpoint-request-cases.mjs';
import { referenceOf } from './endpoint-reference.mjs';
import { randomFrom } from './random.mjs';

/** Everything of a response that a caller, or the server around the endpoint, can see. */
async function seenOf(response) {
  const { status, statusText, ok, redirected, type, url, bodyUsed } = response;
  return {
    ...{ status, statusText, ok, redirected, type, url, bodyUsed },
    isOwn: response instanceof Response,
    headers: [...response.headers],
    cookies: response.headers.getSetCookie?.(),
    hasBody: response.body !== null,
    // A TokenRequest has a random nonce, and so another mac each time.
    body: (await response.text()).replace(/"(nonce|mac)":"[^"]+"/g, '"$1":"…"'),
  };
}

/** An error as it can be told: one that a callback threw is that very one. */
function described(error, thrown, { AblyAuthError }) {
  if (thrown.has(error)) return { thrown: error };
  if (!(error instanceof AblyAuthError)) return { name: error?.name };
  const { kind, code, statusCode, path, message } = error;
  return { kind, code, statusCode, path, message };
}

/** Calls an endpoint that `make` makes, and returns what can be seen of every answer and call. */
async function world(make, { options = {}, thrown = [] }, library) {
  let log = [];
  const objects = new Set(thrown);
  const watched = (name, callback, shown) =>
    callback && {
      [name]: (...args) => {
        log.push([name, ...shown(...args)]);
        return callback(...args);
      },
    };
  const asked = ({ params, previous, ...others }, ...args) => [
    [...params],
    previous && { ...previous },
    ...[others, args],
  ];
  const { authenticate, limit, regrant, onIssue, access, source, cors, ...others } = options;
  const bans = await access?.(library);
  const endpoint = make({
    ...others,
    source: { key: 'xVLyHw.A-pwh7:made-up-secret' },
    ...(typeof source === 'object' && { source }),
    ...(typeof source === 'function' && watched('source', source, (_, ...args) => args)),
    ...(typeof bans === 'object' && { access: bans }),
    ...(typeof bans === 'function' && watched('access', bans, (_, ...args) => args)),
    ...watched('authenticate', authenticate, (_, ...args) => asked(...args)),
    ...watched('limit', limit, (_, ...args) => asked(...args)),
    ...watched('regrant', regrant, (channels, _, ...args) => [[...channels], args]),
    ...watched('onIssue', onIssue, ({ request: { url }, ...issue }, ...args) => [issue, url, args]),
    ...(cors && {
      cors: {
        ...cors,
        ...(typeof cors.origins === 'function' && watched('origins', cors.origins, (origin) => [origin])),
      },
    }),
    onError: (error) => {
      log.push(['onError', described(error, objects, library)]);
    },
  });
  return async (made, args) => {
    log = [];
    try {
      const response = await endpoint(made, ...args);
      return { response: await seenOf(response), log, bodyUsed: made.bodyUsed };
    } catch (error) {
      return { rejected: described(error, objects, library), log };
    }
  };
}

/** What all combinations of the fields' values are. */
function combinations(fields) {
  return Object.entries(fields).reduce(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** A real Request of a case. Those of browsers leave headers out such as Origin, and refuse some methods. */
function realRequest({ method = 'GET', url = 'https://edge.example/auth', headers, body }) {
  const bodyOf = method === 'GET' || method === 'HEAD' ? {} : { body };
  return new Request(url, { method, headers, ...bodyOf });
}

export default ({ test, library }) => {
  const reference = referenceOf(library);

  for (const [name, { requests, ...group }] of Object.entries({ ...REQUEST_CASES, ...CALLBACK_CASES })) {
    test(name, async () => {
      const cases = combinations(requests).map(({ headers, ...fields }) => ({
        ...fields,
        headers: Object.fromEntries(
          Object.entries({ ...fields.named, ...headers }).filter(([, value]) => value !== undefined),
        ),
      }));
      const { next: random } = randomFrom(name.length);
      const order = [...cases, ...cases].map((one) => [random(), one]).sort(([one], [other]) => one - other);
      const warm = await world(library.createTokenEndpoint, group, library);
      const plain = await world(reference, group, library);
      for (const [, one] of order) {
        const what = JSON.stringify(one).slice(0, 300);
        const wanted = await plain(request(await filled(one)), ['env', 7]);
        equal(await warm(request(await filled(one)), ['env', 7]), wanted, `warm: ${what}`);
        if (random() > 0.25) continue;
        const cold = await world(library.createTokenEndpoint, group, library);
        const other = await world(reference, group, library);
        const first = await other(request(await filled(one)), []);
        equal(await cold(request(await filled(one)), []), first, `cold: ${what}`);
        const real = [await requestIfPossible(one), await requestIfPossible(one)];
        if (real[0] === undefined) continue;
        equal(await warm(real[0], []), await plain(real[1], []), `a Request: ${what}`);
      }
    });
  }
  test('what is done to an answer does not show in the next one', async () => {
    const options = {
      authenticate: () => ({ capability: { a: ['*'] }, now: 1_700_000_000_000 }),
      cors: { origins: '*' },
    };
    const endpoint = await world(library.createTokenEndpoint, { options }, library);
    const made = library.createTokenEndpoint({ ...options, source: { key: 'xVLyHw.A-pwh7:made-up-secret' } });
    for (const fields of [
      { headers: { Origin: APP } },
      { method: 'PUT', headers: { Origin: APP } },
      { method: 'OPTIONS', headers: { Origin: APP } },
    ]) {
      const before = await endpoint(request(fields), []);
      for (const response of [await made(request(fields)), await made(request(fields))]) {
        equal(await seenOf(response.clone()), before.response);
        response.headers.set('Content-Type', 'text/html');
        response.headers.append('Vary', 'Cookie');
        response.headers.set('Set-Cookie', 'a=b');
        response.headers.delete('Cache-Control');
      }
      equal(await endpoint(request(fields), []), before);
    }
  });
  test('more origins than are remembered, twice', async () => {
    const options = {
      cors: { origins: (origin) => origin.startsWith('https:') },
      authenticate: () => ({ capability: { a: ['*'] }, now: 1_700_000_000_000 }),
    };
    const [endpoint, plain] = [
      await world(library.createTokenEndpoint, { options }, library),
      await world(reference, { options }, library),
    ];
    for (const turn of [0, 1])
      for (let number = 0; number < 200; number++) {
        const Origin = `https://${'a'.repeat((number * 997) % 3000)}.example:${number % 100}`;
        const fields = { headers: { Origin, ...(number % 3 === 0 && { Accept: 'text/plain' }) } };
        equal(await endpoint(request(fields), []), await plain(request(fields), []), `${turn}, ${number}`);
      }
  });
  test('a Headers that takes the place of the first one', async () => {
    const options = { authenticate: () => ({ capability: { a: ['*'] }, now: 1_700_000_000_000 }) };
    const endpoint = await world(library.createTokenEndpoint, { options }, library);
    const before = await endpoint(request(), []);
    const Original = globalThis.Headers;
    let made = 0;
    globalThis.Headers = class extends Original {
      constructor(...args) {
        super(...args);
        made++;
      }
    };
    try {
      equal(await endpoint(request(), []), before);
    } finally {
      globalThis.Headers = Original;
    }
    ok(made > 0, 'the headers of the first one were used');
    equal(await endpoint(request(), []), before);
  });
};

/** A case with what can be used only once made anew. */
async function filled({ body, url, ...one }) {
  return {
    ...one,
    ...(url !== undefined && { url: typeof url === 'function' ? await url() : url }),
    ...(body !== undefined && { body: typeof body === 'function' ? await body() : body }),
  };
}

/** The case as a real Request; undefined where there is none such. */
async function requestIfPossible(one) {
  try {
    const fields = await filled(one);
    // A stream as body needs `duplex`, and so only some runtimes take it.
    return fields.body === undefined || typeof fields.body === 'string' ? realRequest(fields) : undefined;
  } catch {
    return undefined;
  }
}
