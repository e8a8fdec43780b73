// Everybody who signs or verifies, each as its own documentation says it is done fastest: keys imported once,
// signers made once. What each produces is verified before anything is timed.
import { CAPABILITIES, CLIENT_ID, KEY, KEY_NAME, SECRET, claimsOf } from './samples.mjs';

const HEADER = { typ: 'JWT', alg: 'HS256', kid: KEY_NAME };
const ENCODER = new TextEncoder();
const ENCODED_HEADER = base64url(ENCODER.encode(JSON.stringify(HEADER)));

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** A signer and a verifier of each library that is there in this runtime. */
export async function contendersFor({ ours, jose, hono, tsndr, noble, jsonwebtoken, fastJwt, nodeCrypto }) {
  const all = {};
  const secretBytes = ENCODER.encode(SECRET);

  all['ours: Issuer.token'] = {
    sign: (size) => {
      const issuer = ours.createIssuer({ key: KEY, capability: CAPABILITIES[size] });
      return () => issuer.token({ clientId: CLIENT_ID });
    },
  };
  all['ours: Issuer.tokens, each of 100'] = {
    per: 100,
    sign: (size) => {
      const issuer = ours.createIssuer({ key: KEY, capability: CAPABILITIES[size] });
      const list = Array.from({ length: 100 }, () => ({ clientId: CLIENT_ID }));
      return () => issuer.tokens(list).at(-1);
    },
  };
  all['ours: issueJwtSync'] = { sign: (size) => () => ours.issueJwtSync({ key: KEY, capability: CAPABILITIES[size], clientId: CLIENT_ID }).token };
  all['ours: verifyJwt'] = { verify: (token) => () => ours.verifyJwt(token, { key: KEY }).clientId };

  if (fastJwt) {
    const { createSigner, createVerifier } = fastJwt;
    all['fast-jwt'] = {
      sign: (size) => {
        const sign = createSigner({ key: SECRET, algorithm: 'HS256', kid: KEY_NAME });
        return () => sign(claimsOf(size));
      },
      verify: (token) => {
        const verify = createVerifier({ key: SECRET, algorithms: ['HS256'], cache: false });
        return () => verify(token)['x-ably-clientId'];
      },
    };
  }
  if (jsonwebtoken) {
    all.jsonwebtoken = {
      sign: (size) => () => jsonwebtoken.sign(claimsOf(size), SECRET, { header: HEADER }),
      verify: (token) => () => jsonwebtoken.verify(token, SECRET, { algorithms: ['HS256'] })['x-ably-clientId'],
    };
  }
  if (nodeCrypto) {
    const { createHmac, timingSafeEqual } = nodeCrypto;
    const mac = (text) => createHmac('sha256', SECRET).update(text);
    all['node:crypto by hand'] = {
      sign: (size) => () => {
        const signed = `${ENCODED_HEADER}.${Buffer.from(JSON.stringify(claimsOf(size))).toString('base64url')}`;
        return `${signed}.${mac(signed).digest('base64url')}`;
      },
      verify: (token) => () => {
        const [header, payload, signature] = token.split('.');
        if (!timingSafeEqual(mac(`${header}.${payload}`).digest(), Buffer.from(signature, 'base64url'))) throw new Error('signature');
        return JSON.parse(Buffer.from(payload, 'base64url'))['x-ably-clientId'];
      },
    };
  }
  const key = await crypto.subtle.importKey('raw', secretBytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  all['WebCrypto by hand'] = {
    sign: (size) => async () => {
      const signed = `${ENCODED_HEADER}.${base64url(ENCODER.encode(JSON.stringify(claimsOf(size))))}`;
      return `${signed}.${base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, ENCODER.encode(signed))))}`;
    },
    verify: (token) => async () => {
      const [header, payload, signature] = token.split('.');
      const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
      if (!(await crypto.subtle.verify('HMAC', key, bytes(signature), ENCODER.encode(`${header}.${payload}`)))) throw new Error('signature');
      return JSON.parse(new TextDecoder().decode(bytes(payload)))['x-ably-clientId'];
    },
  };
  if (jose) {
    all.jose = {
      sign: (size) => () => new jose.SignJWT(claimsOf(size)).setProtectedHeader(HEADER).sign(key),
      verify: (token) => async () => (await jose.jwtVerify(token, key, { algorithms: ['HS256'] })).payload['x-ably-clientId'],
    };
  }
  if (hono) {
    // Its sign takes no kid: what it signs is not quite an Ably JWT.
    all['hono/jwt'] = {
      noKid: true,
      sign: (size) => () => hono.sign(claimsOf(size), SECRET, 'HS256'),
      verify: (token) => async () => (await hono.verify(token, SECRET, 'HS256'))['x-ably-clientId'],
    };
  }
  if (tsndr) {
    all['@tsndr/cloudflare-worker-jwt'] = {
      sign: (size) => () => tsndr.sign(claimsOf(size), SECRET, { algorithm: 'HS256', header: HEADER }),
      verify: (token) => async () => (await tsndr.verify(token, SECRET, { algorithm: 'HS256', throwError: true })).payload['x-ably-clientId'],
    };
  }
  if (noble) {
    const { hmac, sha256 } = noble;
    all['@noble/hashes by hand'] = {
      sign: (size) => () => {
        const signed = `${ENCODED_HEADER}.${base64url(ENCODER.encode(JSON.stringify(claimsOf(size))))}`;
        return `${signed}.${base64url(hmac(sha256, secretBytes, ENCODER.encode(signed)))}`;
      },
    };
  }
  return all;
}
