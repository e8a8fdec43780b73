// Everybody who signs or verifies, each as its own documentation says it is done fastest: keys imported once,
// signers made once. What each produces is verified, see works.mjs.
import { CAPABILITIES, CLIENT_ID, KEY, KEY_NAME, SECRET, claimsOf } from './samples.mjs';

const HEADER = { typ: 'JWT', alg: 'HS256', kid: KEY_NAME };
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** As it is written for every runtime. */
const PORTABLE = {
  encode(bytes) {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  },
  decode(part) {
    const text = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  },
};
/** In runtimes that are new enough. */
const NATIVE = Uint8Array.fromBase64 && {
  encode: (bytes) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true }),
  decode: (part) => Uint8Array.fromBase64(part, { alphabet: 'base64url' }),
};

/** What is signed, and how a payload is read. */
function byHand({ encode, decode }) {
  const header = encode(ENCODER.encode(JSON.stringify(HEADER)));
  return {
    encode,
    decode,
    begin: (size) => `${header}.${encode(ENCODER.encode(JSON.stringify(claimsOf(size))))}`,
    clientIdIn: (payload) => JSON.parse(DECODER.decode(decode(payload)))['x-ably-clientId'],
  };
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
  all['ours: issueJwtSync'] = {
    sign: (size) => () => ours.issueJwtSync({ key: KEY, capability: CAPABILITIES[size], clientId: CLIENT_ID }).token,
  };
  all['ours: verifyJwt'] = { verify: () => (token) => ours.verifyJwt(token, { key: KEY }).clientId };

  if (fastJwt) {
    const { createSigner, createVerifier } = fastJwt;
    all['fast-jwt'] = {
      sign: (size) => {
        const sign = createSigner({ key: SECRET, algorithm: 'HS256', kid: KEY_NAME });
        return () => sign(claimsOf(size));
      },
      verify: () => {
        const verify = createVerifier({ key: SECRET, algorithms: ['HS256'], cache: false });
        return (token) => verify(token)['x-ably-clientId'];
      },
    };
  }
  if (jsonwebtoken) {
    // Given the secret as text it looks for a PEM file in it each time, which takes Node.js far longer than the rest.
    const key = nodeCrypto.createSecretKey(secretBytes);
    all.jsonwebtoken = {
      sign: (size) => () => jsonwebtoken.sign(claimsOf(size), key, { header: HEADER }),
      verify: () => (token) => jsonwebtoken.verify(token, key, { algorithms: ['HS256'] })['x-ably-clientId'],
    };
  }
  if (nodeCrypto) {
    const { createHmac, createSecretKey, timingSafeEqual } = nodeCrypto;
    const key = createSecretKey(secretBytes);
    const mac = (text) => createHmac('sha256', key).update(text);
    const header = Buffer.from(JSON.stringify(HEADER)).toString('base64url');
    all['node:crypto by hand'] = {
      sign: (size) => () => {
        const signed = `${header}.${Buffer.from(JSON.stringify(claimsOf(size))).toString('base64url')}`;
        return `${signed}.${mac(signed).digest('base64url')}`;
      },
      verify: () => (token) => {
        const [header, payload, signature] = token.split('.');
        if (!timingSafeEqual(mac(`${header}.${payload}`).digest(), Buffer.from(signature, 'base64url')))
          throw new Error('signature');
        return JSON.parse(Buffer.from(payload, 'base64url'))['x-ably-clientId'];
      },
    };
  }
  const key = await crypto.subtle.importKey('raw', secretBytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  const webCrypto = ({ encode, decode, begin, clientIdIn }) => ({
    sign: (size) => async () => {
      const signed = begin(size);
      return `${signed}.${encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, ENCODER.encode(signed))))}`;
    },
    verify: () => async (token) => {
      const [header, payload, signature] = token.split('.');
      if (!(await crypto.subtle.verify('HMAC', key, decode(signature), ENCODER.encode(`${header}.${payload}`))))
        throw new Error('signature');
      return clientIdIn(payload);
    },
  });
  all['WebCrypto by hand'] = webCrypto(byHand(PORTABLE));
  if (NATIVE) all['WebCrypto and toBase64'] = webCrypto(byHand(NATIVE));
  if (jose) {
    all.jose = {
      sign: (size) => () => new jose.SignJWT(claimsOf(size)).setProtectedHeader(HEADER).sign(key),
      verify: () => async (token) =>
        (await jose.jwtVerify(token, key, { algorithms: ['HS256'] })).payload['x-ably-clientId'],
    };
  }
  if (hono) {
    // Its sign takes no kid: what it signs is not quite an Ably JWT.
    all['hono/jwt'] = {
      noKid: true,
      sign: (size) => () => hono.sign(claimsOf(size), key, 'HS256'),
      verify: () => async (token) => (await hono.verify(token, key, 'HS256'))['x-ably-clientId'],
    };
  }
  if (tsndr) {
    all['@tsndr/cloudflare-worker-jwt'] = {
      sign: (size) => () => tsndr.sign(claimsOf(size), key, { algorithm: 'HS256', header: HEADER }),
      verify: () => async (token) =>
        (await tsndr.verify(token, key, { algorithm: 'HS256', throwError: true })).payload['x-ably-clientId'],
    };
  }
  if (noble) {
    const { hmac, sha256 } = noble;
    const { encode, decode, begin, clientIdIn } = byHand(NATIVE ?? PORTABLE);
    const mac = (text) => hmac(sha256, secretBytes, ENCODER.encode(text));
    all['@noble/hashes by hand'] = {
      sign: (size) => () => {
        const signed = begin(size);
        return `${signed}.${encode(mac(signed))}`;
      },
      verify: () => (token) => {
        const [header, payload, signature] = token.split('.');
        const [wanted, given] = [mac(`${header}.${payload}`), decode(signature)];
        let different = wanted.length ^ given.length;
        for (let i = 0; i < wanted.length; i++) different |= wanted[i] ^ given[i];
        if (different) throw new Error('signature');
        return clientIdIn(payload);
      },
    };
  }
  return all;
}
