// `ably-edge-auth/wasm`, in a realm where nothing has started the module yet: one source each time.
import { equal, ok, refuses } from './assert.mjs';
import { runSubjects } from './harness.mjs';
import { KEY, NOW, openWith } from './tokens.mjs';

const NOT_STARTED = {
  kind: 'usage',
  message: "the module has not started; await init() of 'ably-edge-auth/wasm' first",
};

/** Every function with arguments that are right, so that only the missing module can be in the way. */
const CALLS = {
  issueJwtSync: (wasm) => wasm.issueJwtSync({ key: KEY, now: NOW }),
  createIssuer: (wasm) => wasm.createIssuer({ key: KEY }),
  verifyJwt: (wasm) => wasm.verifyJwt('a.b.c', { key: KEY, now: NOW }),
  decodeJwt: (wasm) => wasm.decodeJwt('a.b.c', { now: NOW }),
  createTokenRequest: (wasm) => wasm.createTokenRequest({ key: KEY, now: NOW }),
  parseCapability: (wasm) => wasm.parseCapability('{"*":["*"]}'),
  capabilityAllows: (wasm) => wasm.capabilityAllows('{"*":["*"]}', 'publish', 'a'),
  checkCapability: (wasm) => wasm.checkCapability('{"*":["*"]}'),
  compactCapability: (wasm) => wasm.compactCapability('{"*":["*"]}'),
  explainCapability: (wasm) => wasm.explainCapability('{"*":["*"]}', 'publish', 'a'),
  intersectCapabilities: (wasm) => wasm.intersectCapabilities('{"*":["*"]}', '{"*":["*"]}'),
  accessTokenAllows: (wasm) => wasm.accessTokenAllows(['read:app'], 'read:app'),
  'an unknown option': (wasm) => wasm.issueJwtSync({ key: KEY, ttl: 1 }),
};

const subject = ({ test, wasm, start }) => {
  for (const [name, call] of Object.entries(CALLS))
    test(`${name} says that the module has not started`, () => {
      refuses(wasm.AblyAuthError, () => call(wasm), NOT_STARTED);
    });
  test('bytes that are no module are refused with a cause', async () => {
    const error = await wasm.init(new Uint8Array([1, 2, 3])).then(
      () => undefined,
      (reason) => reason,
    );
    ok(error instanceof Error && error.message.startsWith('ably-edge-auth could not start: '), String(error));
    ok(error.cause instanceof Error, 'there is a cause');
  });
  test('a source that fails is refused with its cause', async () => {
    const cause = new TypeError('the line was cut');
    const error = await wasm.init(Promise.reject(cause)).then(
      () => undefined,
      (reason) => reason,
    );
    equal(error?.message, 'ably-edge-auth could not start: the line was cut');
    equal(error.cause, cause);
  });
  test('starts, and then everything works', async () => {
    const twice = [start(), start()];
    equal(await twice[0], undefined);
    await twice[1];
    await openWith(wasm.issueJwtSync({ key: KEY, now: NOW, clientId: 'ada' }).token);
    equal(wasm.accessTokenCapabilities.length, 11);
  });
  test('starting again changes nothing', async () => {
    const issuer = wasm.createIssuer({ key: KEY, now: NOW });
    const before = issuer.token();
    await start();
    equal(issuer.token(), before);
    equal(wasm.accessTokenCapabilities.length, 11);
  });
  for (const [name, call] of Object.entries(CALLS).filter(([name]) => !/verify|decode|unknown/.test(name)))
    test(`${name} works now`, () => ok(call(wasm)));
};

/** @param {{ wasm: object, start: () => Promise<void> }} context */
export const runAsyncInit = (context) => runSubjects({ 'ably-edge-auth/wasm': subject }, context);
