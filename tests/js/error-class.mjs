// AblyAuthError itself.
import { equal, ok, thrownBy } from './assert.mjs';
import { KEY } from './tokens.mjs';

export default ({ test, library }) => {
  const { AblyAuthError, issueJwtSync } = library;

  test('every member', () => {
    const cause = new Error('why');
    const error = new AblyAuthError({
      kind: 'capability',
      message: 'm',
      code: 40160,
      statusCode: 401,
      path: 'capability',
      remediation: 'h',
      cause,
    });
    const { kind, message, code, statusCode, path, remediation, href, name } = error;
    equal(
      { kind, message, code, statusCode, path, remediation, href, name },
      {
        kind: 'capability',
        message: 'm',
        code: 40160,
        statusCode: 401,
        path: 'capability',
        remediation: 'h',
        href: 'https://help.ably.io/error/40160',
        name: 'AblyAuthError',
      },
    );
    equal(error.cause, cause);
  });
  test('what is absent is absent, and prints as nothing', () => {
    const error = new AblyAuthError({ kind: 'usage', message: 'm' });
    for (const member of ['code', 'statusCode', 'path', 'remediation', 'href', 'cause']) ok(!(member in error), member);
    equal({ ...error }, { kind: 'usage' });
    equal(String(error), 'AblyAuthError: m');
  });
  test('it is an Error with a stack, and those of the module are the same class', () => {
    const error = thrownBy(() => issueJwtSync({ key: KEY, ttlSeconds: 90000 }));
    ok(error instanceof AblyAuthError && error instanceof Error);
    equal(Object.prototype.toString.call(error), '[object Error]');
    equal(error.constructor, AblyAuthError);
    equal(typeof error.stack, 'string');
    equal(JSON.parse(JSON.stringify(error)), {
      kind: 'token',
      code: 40003,
      statusCode: 400,
      path: 'ttlSeconds',
      remediation: 'give whole seconds, 1 to 86400 for any token',
      href: 'https://help.ably.io/error/40003',
    });
  });
  test('the exports are these and no others', () => {
    equal(
      Object.keys(library)
        .filter((name) => name !== 'default' && name !== '__esModule')
        .sort(),
      [
        'AblyAuthError',
        'accessTokenAllows',
        'accessTokenCapabilities',
        'capabilityAllows',
        'checkCapability',
        'compactCapability',
        'createAccess',
        'createControlClient',
        'createIssuer',
        'createRevocations',
        'createTokenEndpoint',
        'createTokenRequest',
        'decodeJwt',
        'explainCapability',
        'getTime',
        'intersectCapabilities',
        'issueJwt',
        'issueJwtSync',
        'parseCapability',
        'requestToken',
        'revokeTokens',
        'verifyJwt',
        'verifyRequest',
      ],
    );
  });
};
