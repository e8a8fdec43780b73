// tests/vectors: issue, verify, hostile, decode, token-request and errors. See the README there.
import { equal, ok, refuses, wholeMessage } from './assert.mjs';
import { joined, textOf, tokenOf } from './build.mjs';
import { decodeText, hmac, NOW, openWith } from './tokens.mjs';

const codes = (diagnostics) => diagnostics.map(({ code }) => code);

/** An optional member of an answer: absent where the vector has none. */
const same = (answer, expect, names) => {
  for (const name of names) {
    equal(answer[name], expect[name], name);
    equal(name in answer, expect[name] !== undefined, `${name} is there`);
  }
};

export default ({ test, library, vectors }) => {
  const { AblyAuthError, createIssuer, createTokenRequest, decodeJwt, issueJwtSync, verifyJwt } = library;
  /** One key by `key`, several by `keys`: both ways in are used. */
  const verify = (token, { keys, now, options }) =>
    verifyJwt(token, { ...(keys.length === 1 ? { key: keys[0] } : { keys }), now, ...options });

  for (const {
    name,
    key,
    options,
    overrides,
    now,
    token,
    header,
    payload,
    issued,
    expires,
    capability,
    warnings,
  } of vectors.issue)
    test(`issue: ${name}`, async () => {
      const all = { key, ...options };
      const results = overrides === undefined ? [issueJwtSync({ ...all, now })] : [];
      results.push(createIssuer(all).issue({ ...overrides, now }));
      for (const result of results) {
        equal(result.token, token);
        equal([result.issued, result.expires, result.capability], [issued, expires, capability]);
        equal(codes(result.warnings), warnings);
      }
      equal(createIssuer(all).token({ ...overrides, now }), token);
      await openWith(token, key);
      equal(token.split('.').slice(0, 2).map(decodeText), [header, payload]);
    });

  for (const vector of vectors.verify)
    test(`verify: ${vector.name}`, async () => {
      const { diagnostics, ...expect } = vector.expect;
      const token = await tokenOf(vector);
      for (const verified of [
        verify(token, vector),
        verifyJwt(token, { keys: vector.keys, now: new Date(vector.now), ...vector.options }),
      ]) {
        same(verified, expect, ['keyName', 'issued', 'expires', 'clientId', 'capability', 'revocationKey']);
        equal(verified.appId, expect.keyName.split('.')[0]);
        equal(codes(verified.diagnostics), diagnostics);
        // Of a token inside another, the claims are the inner one's.
        if (vector.payload && !vector.options.embedded) equal(verified.claims, JSON.parse(vector.payload));
      }
    });

  for (const vector of vectors.hostile)
    test(`hostile: ${vector.name}`, async () => {
      const { kind, code, text } = vector.error;
      const token = await tokenOf(vector);
      if (vector.length !== undefined) equal(token.length, vector.length, 'its length');
      const error = refuses(AblyAuthError, () => verify(token, vector), { kind, code });
      if (text !== undefined) equal(wholeMessage(error), textOf(text));
    });

  for (const { name, token, now, diagnostics, expect, shownHeader } of vectors.decode)
    test(`decode: ${name}`, () => {
      const decoded = decodeJwt(token, { now });
      equal(decoded.diagnostics, diagnostics);
      equal(decoded.verified, false);
      same(decoded, expect, ['keyName', 'clientId', 'capability', 'issued', 'expires', 'revocationKey']);
      if (shownHeader !== undefined) equal(JSON.stringify(decoded.header), shownHeader);
    });

  for (const { name, secret, fields, mac, options } of vectors['token-request'])
    test(`token request: ${name}`, async () => {
      await sameMac(fields, secret, mac);
      if (options === undefined) return;
      const { keyName, timestamp: now, nonce } = fields;
      const request = createTokenRequest({ key: `${keyName}:${secret}`, now, nonce, ...options });
      equal(request, { ...fields, mac });
    });

  const CALLS = {
    key: ({ key }) => issueJwtSync({ key, now: NOW }),
    parse: ({ capability }) => issueJwtSync({ key: 'app.key:secret', capability, now: NOW }),
    read: ({ capability }) => library.parseCapability(capability),
    intersect: ({ keyCapability, requested }) => library.intersectCapabilities(keyCapability, requested),
    issue: ({ key, options, overrides }) =>
      overrides === undefined
        ? issueJwtSync({ key, now: NOW, ...options })
        : createIssuer({ key, ...options }).issue({ now: NOW, ...overrides }),
    createTokenRequest: ({ key, options }) => createTokenRequest({ key, now: NOW, ...options }),
    verify: ({ token, ...rest }) => verify(token, rest),
    decode: ({ token, now }) => decodeJwt(token, { now }),
    accessTokenAllows: ({ capabilities, need }) => library.accessTokenAllows(capabilities, need),
  };
  for (const { name, call, input, error } of vectors.errors)
    test(`errors, ${call}: ${name}`, () => {
      const { kind, code, status, text, path, remediation } = error;
      ok(CALLS[call], `there is no call ${call}`);
      refuses(AblyAuthError, () => CALLS[call](joined(input)), {
        kind,
        code,
        statusCode: status,
        message: textOf(text),
        path,
        remediation,
        href: code === undefined ? undefined : `https://help.ably.io/error/${code}`,
      });
    });
};

/** The vectors of others were made by their code: WebCrypto must agree with each. */
async function sameMac({ keyName, ttl = '', capability = '', clientId = '', timestamp, nonce }, secret, mac) {
  const text = [keyName, ttl, capability, clientId, timestamp, nonce].map((field) => `${field}\n`).join('');
  equal(btoa(String.fromCharCode(...(await hmac(secret, text)))), mac, 'the mac of the vector');
}
