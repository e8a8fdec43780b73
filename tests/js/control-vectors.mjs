// tests/vectors/control-api: what each call of the Control API sends, and what is made of the answer. See the README there.
import { equal, ok, rejects } from './assert.mjs';
import { hasHeaders, saysOnly, scriptedFetch, wantedOf } from './scripted-fetch.mjs';

const BASE = 'https://control.ably.net/v1';
const HELP = 'https://help.ably.io/error/';
const ACCESS_TOKEN = 'made-up-access-token';
const AUTHORIZATION = { authorization: `Bearer ${ACCESS_TOKEN}` };
// Longer than anybody waits: what is looked at here is the refusal.
const WAIT = { 'Retry-After': '3600' };

export default ({ test, library, vectors }) => {
  const { AblyAuthError, accessTokenCapabilities, createControlClient, issueJwt } = library;
  const { me, kinds, capabilities, operations, cases } = vectors['control-api'];

  /** A client to which everything answers this; but `/me` says whose token it is, where that is given. */
  const open = (response, whose) => {
    const { fetch, requests } = scriptedFetch(({ url }) =>
      whose && url === `${BASE}/me` ? { status: 200, body: whose } : response,
    );
    return { client: createControlClient({ accessToken: ACCESS_TOKEN, fetch }), fetch, requests };
  };

  for (const { capability, label, endpoints } of capabilities)
    test(`capability ${capability}`, () => {
      const row = accessTokenCapabilities.find((it) => it.capability === capability);
      equal([row.label, [...row.endpoints].sort()], [label, [...endpoints].sort()]);
      equal(
        operations.filter(({ needs }) => needs === capability).every(({ endpoint }) => endpoints.includes(endpoint)),
        true,
      );
    });
  test('every endpoint of every capability has its operation', () => {
    const unlocked = capabilities.flatMap(({ endpoints }) => endpoints);
    equal([...new Set(operations.map(({ endpoint }) => endpoint))].sort(), [...unlocked, 'GET /me'].sort());
  });

  for (const operation of operations) {
    const { call, args, endpoint, statuses, needs } = operation;
    const label = `${call} ${JSON.stringify(args)}`;
    for (const status of statuses.filter((it) => it >= 400))
      test(`${label}: ${status}`, async () => {
        const code = status * 100;
        const href = `${HELP}${code}`;
        const body = { message: `made up: ${endpoint}`, code, statusCode: status, href, details: null };
        const { client, requests } = open({ status, body, headers: WAIT }, call === 'me' ? undefined : me);
        const error = await rejects(
          AblyAuthError,
          method(client, call)(...args),
          wantedOf({ kind: kinds[status], code, status, href }),
        );
        saysOnly(error, [body.message], ACCESS_TOKEN);
        isSent(requests, operation, { asksMe: endpoint.includes('/accounts/') });
      });
    if (needs === undefined) continue;
    test(`${label}: refused here once it is known that ${needs} is missing`, async () => {
      const held = me.token.capabilities.filter((it) => it !== needs);
      const { client, requests } = open({ status: 500 }, { ...me, token: { ...me.token, capabilities: held } });
      await client.me();
      const error = await rejects(AblyAuthError, method(client, call)(...args), { kind: 'forbidden', statusCode: 403 });
      saysOnly(error, [needs, capabilities.find(({ capability }) => capability === needs).label], ACCESS_TOKEN);
      equal(requests.length, 1, 'requests');
    });
  }

  for (const vector of cases)
    test(vector.name, async () => {
      const { call, args, account = me.account.id, me: told, request, response, error: expected } = vector;
      const whose = { ...(told ?? me), account: { ...me.account, id: account } };
      const { client, fetch, requests } = open(response ?? { status: 500 }, call === 'me' ? undefined : whose);
      if (told) await client.me();
      const calls = { issueJwt: (options) => issueJwt({ accessToken: ACCESS_TOKEN, fetch, ...options }) };
      const promise = (calls[call] ?? method(client, call))(...args);
      if (expected) {
        const error = await rejects(AblyAuthError, promise, wantedOf({ href: response?.body?.href, ...expected }));
        saysOnly(error, expected.contains, ACCESS_TOKEN);
      } else {
        equal(await promise, resultOf(vector));
      }
      isSent(requests, request, { asksMe: told !== undefined || request?.path.startsWith('/accounts/') });
    });
};

/** `keys.list` of the client. */
function method(client, call) {
  const [group, name] = call.split('.');
  return name === undefined ? () => client[group]() : (...args) => client[group][name](...args);
}

/** The body of the answer; of a key, with what the library adds to it. */
function resultOf({ response: { body }, adds }) {
  if (adds === undefined) return body;
  return Array.isArray(body) ? body.map((item, index) => ({ ...item, ...adds[index] })) : { ...body, ...adds };
}

function isSent(requests, wanted, { asksMe }) {
  const expected = [...(asksMe ? [{ method: 'GET', path: '/me' }] : []), ...(wanted ? [wanted] : [])];
  equal(
    requests.map(({ method: verb, url }) => `${verb} ${url.split('?')[0]}`),
    expected.map(({ method: verb, path }) => `${verb} ${BASE}${path}`),
  );
  expected.forEach(({ query = {}, body }, index) => {
    const { url, text } = requests[index];
    const asked = [...new URL(url).searchParams];
    equal(
      asked.sort(),
      Object.entries(query)
        .map(([name, value]) => [name, String(value)])
        .sort(),
      'the query',
    );
    equal(text === undefined ? undefined : sorted(JSON.parse(text)), body && sorted(body), 'the body');
    ok(text === undefined || text === JSON.stringify(JSON.parse(text)), `white space in ${text}`);
    hasHeaders(requests[index], AUTHORIZATION);
  });
}

/** A list of operations is a set: the API sorts it itself. */
function sorted({ capability, ...rest }) {
  if (capability === undefined) return rest;
  return {
    ...rest,
    capability: Object.fromEntries(Object.entries(capability).map(([resource, list]) => [resource, [...list].sort()])),
  };
}
