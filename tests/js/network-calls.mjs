// The calls that every fault is tried on: what each asks for, what a good answer gives, and which requests
// of it the fault is for. revokeTokens asks for the time before, which is not its own test.
import { equal, ok } from './assert.mjs';
import { ACCESS_TOKEN } from './network-world.mjs';
import { KEY, KEY_NAME } from './tokens.mjs';

export const CALLS = {
  getTime: {
    only: 'GET /time',
    run: async ({ getTime }, options) => getTime(options),
    isGood: (time) => ok(Number.isInteger(time) && Math.abs(time - Date.now()) < 60_000, `it gave ${time}`),
    wrongForms: [{}, [], null, 'text', 5, true, [null], ['1700000000000'], [-1], [1.5], [1e300], [{}], { time: 1 }],
  },
  requestToken: {
    only: '/requestToken',
    run: async ({ requestToken }, options) =>
      requestToken({ key: KEY, clientId: 'ada', capability: { a: ['publish'] }, ...options }),
    isGood: (details) => {
      const { token, issued, expires, ...further } = details;
      ok(token.startsWith('xVLyHw.') && expires - issued === 3_600_000, JSON.stringify(details));
      equal(further, { keyName: KEY_NAME, capability: '{"a":["publish"]}', clientId: 'ada' });
    },
    wrongForms: [
      {},
      [],
      null,
      'text',
      5,
      { token: '' },
      { token: 5, keyName: KEY_NAME, issued: 1, expires: 2, capability: '{}' },
    ],
  },
  revokeTokens: {
    only: '/revokeTokens',
    run: async ({ revokeTokens }, options) => revokeTokens({ key: KEY, clientId: 'ada', ...options }),
    isGood: ({ keyNames, successCount, failureCount, results }) => {
      equal([keyNames, successCount, failureCount, results.length], [[KEY_NAME], 1, 0, 1]);
      const { issuedBefore, appliesAt, ...further } = results[0];
      equal(further, { keyName: KEY_NAME, target: 'clientId:ada' });
      ok(Math.abs(issuedBefore - Date.now()) < 60_000 && appliesAt >= issuedBefore, JSON.stringify(results));
    },
    wrongForms: [
      {},
      [],
      null,
      'text',
      5,
      { results: 5 },
      { results: [] },
      { results: [null] },
      [{ target: 'clientId:bob', issuedBefore: 1, appliesAt: 2 }],
    ],
    hasReport: true,
    credential: KEY,
  },
  'createControlClient, me': {
    only: 'GET /v1/me',
    run: async ({ createControlClient }, options) =>
      createControlClient({ accessToken: ACCESS_TOKEN, ...options }).me(),
    isGood: ({ account, user }) => equal([account, user.email], [{ id: 'acct01', name: 'Example' }, 'ada@example.com']),
    wrongForms: [[], null, 'text', 5],
    credential: ACCESS_TOKEN,
    // A refused access token is a token, not a key.
    kindOf: { key: 'token' },
  },
};

/** For what takes time: every call at once, each with its name before what it fails with. */
export const everyCall = (run) =>
  Promise.all(
    Object.entries(CALLS).map(async ([name, call]) => {
      try {
        await run(call, name);
      } catch (problem) {
        problem.message = `${name}: ${problem.message}`;
        throw problem;
      }
    }),
  );

/** Neither the secret nor a credential as it was sent stands anywhere in an error. */
export function holdsNoSecret(error) {
  const { message, remediation, stack, cause } = error;
  const text = [message, remediation, stack, String(cause), String(cause?.stack), JSON.stringify(error)].join('\n');
  for (const secret of ['made-up-secret', ACCESS_TOKEN, btoa(KEY)])
    ok(!text.includes(secret), `the error holds ${secret}: ${text}`);
}
