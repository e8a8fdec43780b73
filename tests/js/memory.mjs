// The module's memory: no key stays in it unasked, and it does not grow with the calls.
import { equal, ok, refuses, thrownBy } from './assert.mjs';
import { KEY, NOW } from './tokens.mjs';

export default ({ test, library, frame }) => {
  const { AblyAuthError, createIssuer, createTokenRequest, issueJwtSync, verifyJwt } = library;
  const keyOf = (i) => `app${i % 10}.key${i}:secret-${i}`;
  const memory = () => {
    frame.write([], []); // renews the view, should the memory have grown
    return frame.numbers.buffer;
  };
  const standsInMemory = (text) => new TextDecoder('latin1').decode(memory()).includes(text);

  test("a key that had to make room is wiped from the module's memory", () => {
    const secret = 'a-secret-that-stands-nowhere-else-7381';
    const key = `gone01.key001:${secret}`;
    const { token } = issueJwtSync({ key, now: NOW });
    verifyJwt(token, { keys: [keyOf(1), key], now: NOW });
    createIssuer({ key }).token({ now: NOW });
    createTokenRequest({ key });
    ok(standsInMemory(secret), 'it is kept as long as it is in use');
    for (let i = 0; i < 20; i++) issueJwtSync({ key: keyOf(i), now: NOW });
    ok(!standsInMemory(secret), 'it is still there');
  });
  test('a key of a call that is refused does not stay there either', () => {
    const calls = {
      'half a pair beside the key': (key) => issueJwtSync({ key, now: NOW, clientId: '\ud800' }),
      'half a pair in an issuer': (key) => createIssuer({ key, clientId: 'é\ud800' }),
      'a blank before the key': (key) => issueJwtSync({ key: ` ${key}`, now: NOW }),
      'half a pair in a token request': (key) => createTokenRequest({ key, now: NOW, clientId: 'é\ud800' }),
      'half a pair in the token': (key) => verifyJwt('é\ud800', { key, now: NOW }),
      'half a pair in the second key': (key) => verifyJwt('x', { keys: [key, 'é\ud800'], now: NOW }),
    };
    const left = Object.entries(calls).filter(([, call], i) => {
      const secret = `the-secret-of-refused-call-${i}-4452`;
      refuses(AblyAuthError, () => call(`gone02.key001:${secret}`), {});
      return standsInMemory(secret);
    });
    equal(
      left.map(([name]) => name),
      [],
    );
  });

  test('10,000 calls of every kind take no more of it', () => {
    const capability = { 'chat:*': ['publish', 'subscribe'], 'é*': ['history'] };
    const issuer = createIssuer({ key: KEY, now: NOW });
    const round = (i) => {
      const { token } = issueJwtSync({ key: keyOf(i % 40), now: NOW, capability, clientId: `zoë-${i}`, claims: { i } });
      verifyJwt(token, { keys: [KEY, keyOf(i % 40)], now: NOW, keyCapability: capability });
      library.decodeJwt(token, { now: NOW });
      issuer.issue({ clientId: `${i}` });
      createIssuer({ key: keyOf(i % 40) }).token();
      createTokenRequest({ key: KEY, capability });
      library.parseCapability({ [`channel-${i}`]: ['*'] }).allows('publish', `channel-${i}`);
      library.checkCapability({ [`chan*nel-${i}`]: ['nope'] }, { clientId: null, keyCapability: capability });
      library.compactCapability(capability);
      library.explainCapability(capability, 'publish', `x-${i}`);
      library.intersectCapabilities({ '*': ['*'] }, capability);
      library.accessTokenAllows(['read:app'], 'read:app');
      thrownBy(() => verifyJwt(token, { key: KEY, now: NOW }));
      thrownBy(() => library.decodeJwt('nope'));
      thrownBy(() => issueJwtSync({ key: KEY, ttl: 1 }));
    };
    for (let i = 0; i < 100; i++) round(i);
    const before = memory().byteLength;
    for (let i = 100; i < 800; i++) round(i);
    equal(memory().byteLength, before);
  });
};
