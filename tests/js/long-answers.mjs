// Answers that are longer than all that went in: each control character takes six bytes in JSON and
// eight in base64. First of all subjects, while the buffer shared with the module is at its smallest.
import { equal } from './assert.mjs';
import { KEY, NOW, openWith } from './tokens.mjs';

const LONGER = {
  'a client id of control characters': { clientId: '\u0001'.repeat(900) },
  'a client id of backslashes': { clientId: '\\'.repeat(1900) },
  'a revocation key of quotes': { revocationKey: '"'.repeat(1900) },
  'a JWT id of three-byte characters and controls': { jwtId: '日\u0002'.repeat(500) },
  'a channel name of backslashes': { capability: { ['\\'.repeat(800)]: ['publish'] } },
  'claims of quotes': { claims: { a: '"'.repeat(1500) } },
};

export default ({ test, library }) => {
  const { createIssuer, decodeJwt, issueJwtSync, verifyJwt } = library;

  for (const [name, options] of Object.entries(LONGER))
    test(name, async () => {
      const issued = issueJwtSync({ key: KEY, now: NOW, ...options });
      const { claims } = await openWith(issued.token);
      const { clientId, revocationKey, jwtId } = options;
      equal([claims['x-ably-clientId'], claims['x-ably-revocation-key'], claims.jti], [clientId, revocationKey, jwtId]);
      equal([issued.clientId, issued.capability], [clientId, claims['x-ably-capability']]);
      if (options.capability) equal(JSON.parse(issued.capability), options.capability);
      if (options.claims) equal(claims.a, options.claims.a);
      equal(createIssuer({ key: KEY, now: NOW, ...options }).issue(), issued);
      equal(verifyJwt(issued.token, { key: KEY, now: NOW }).claims, claims);
      equal(decodeJwt(issued.token, { now: NOW }).claims, claims);
    });

  test('short overrides of an issuer with long claims', async () => {
    const issuer = createIssuer({ key: KEY, now: NOW, claims: { a: '\u0001'.repeat(700) } });
    for (const clientId of ['ada', 'zoë']) {
      const token = issuer.token({ clientId });
      equal((await openWith(token)).claims['x-ably-clientId'], clientId);
      equal(issuer.issue({ clientId }).token, token);
    }
  });
};
