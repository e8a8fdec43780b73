// The recipes for sessions of other products, each against a stand-in that signs with the algorithm of the product. None
// reaches the product: whatever the recipes fetch is answered here.
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encode as encodeAuthJs } from '@auth/core/jwt';
import { SignJWT, exportJWK } from 'jose';
import { ROOT } from '../../scripts/run.mjs';
import { print } from '../runtimes/report.mjs';
import { STAGE } from '../runtimes/stage.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';

const FOLDER = join(STAGE, 'examples/recipes');
const SITE = 'https://app.example.com';
const DAY = 24 * 3600;

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [clerkKeys, googleKeys, otherRsa] = [rsa(), rsa(), rsa()];
const [supabaseKeys, otherEc] = [ec(), ec()];
const SECRET = 'made-up-secret-of-thirty-two-bytes-or-more';
const OTHER_SECRET = 'another-secret-of-thirty-two-bytes-or-more';
const SUPABASE_URL = 'https://project.supabase.test';
const GOOGLE = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';

const ENV = {
  AUTH_SECRET: SECRET,
  BETTER_AUTH_SECRET: SECRET,
  CLERK_JWT_KEY: clerkKeys.publicKey.export({ type: 'spki', format: 'pem' }),
  CLERK_PUBLISHABLE_KEY: `pk_live_${btoa('clerk.app.example.com$')}`,
  CLERK_SECRET_KEY: 'sk_live_made_up',
  FIREBASE_PROJECT_ID: 'made-up-project',
  SESSION_SECRET: SECRET,
  SUPABASE_JWT_SECRET: SECRET,
  SUPABASE_URL,
};

/** A JWT with claims that override those of a good one; `undefined` leaves a claim out. */
async function jwt({ key, alg, kid, claims = {}, age = 0 }) {
  const now = Math.floor(Date.now() / 1000) - age;
  return new SignJWT({ iat: now, exp: now + 3600, ...claims }).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(key);
}

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The same claims, with `alg` none. */
const unsigned = (token) => `${base64url({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`;
/** Signed by the public key as if that were a secret, which a verifier without fixed algorithms accepts. */
function confused(token, publicKey) {
  const [, payload] = token.split('.');
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${payload}`;
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}
/** One character of the signature is another. */
const tampered = (token) => token.replace(/.(.{5})$/, (all, rest) => (all[0] === 'A' ? 'B' : 'A') + rest);

const bearer = (token) => ({ Authorization: `Bearer ${token}` });

/** The requests that JWT products must refuse, from what makes their tokens. */
async function refusedJwts({ sign, publicKey, otherKey, claims }) {
  const good = await sign({});
  const cases = {
    'signed by another key': await sign({ key: otherKey }),
    'expired a day ago': await sign({ age: DAY }),
    unsigned: unsigned(good),
    'with another signature': tampered(good),
  };
  if (publicKey) cases['signed with the public key as a secret'] = confused(good, publicKey);
  for (const [name, change] of Object.entries(claims)) cases[name] = await sign({ claims: change });
  return Object.fromEntries(Object.entries(cases).map(([name, token]) => [name, bearer(token)]));
}

const clerk = (change) =>
  jwt({
    key: clerkKeys.privateKey,
    alg: 'RS256',
    kid: 'ins_made_up',
    ...change,
    claims: { iss: 'https://clerk.app.example.com', azp: SITE, sub: 'ada', sid: 'sess_1', ...change.claims },
  });
const firebase = (change) =>
  jwt({
    key: googleKeys.privateKey,
    alg: 'RS256',
    kid: 'google-1',
    ...change,
    claims: {
      iss: 'https://securetoken.google.com/made-up-project',
      aud: 'made-up-project',
      sub: 'ada',
      ...change.claims,
    },
  });
const supabaseClaims = { iss: `${SUPABASE_URL}/auth/v1`, aud: 'authenticated', role: 'authenticated', sub: 'ada' };
const supabase = (change) =>
  jwt({
    key: supabaseKeys.privateKey,
    alg: 'ES256',
    kid: 'supabase-1',
    ...change,
    claims: { ...supabaseClaims, ...change.claims },
  });
const supabaseSecret = (change) => {
  const { key = SECRET, claims, age } = change;
  return jwt({ key: Buffer.from(key), alg: 'HS256', age, claims: { ...supabaseClaims, ...claims } });
};

const AUTH_JS_COOKIE = '__Secure-authjs.session-token';
async function authJs({ secret = SECRET, maxAge = DAY, salt = AUTH_JS_COOKIE, token = { sub: 'ada' } } = {}) {
  return { Cookie: `${AUTH_JS_COOKIE}=${await encodeAuthJs({ secret, maxAge, salt, token })}` };
}

const cookieOf = (setCookie) => ({ Cookie: setCookie.split(';')[0] });
/** The cookie with its value changed. */
function changed({ Cookie }, change) {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(Cookie);
  return { Cookie: `${name}=${encodeURIComponent(change(decodeURIComponent(value)))}` };
}

/**
 * For each recipe: `good` gives the headers of requests with a session and the client id that they get, `refused` those
 * without a good one.
 */
const RECIPES = {
  clerk: {
    async good() {
      const token = await clerk({});
      const since = Math.floor(Date.now() / 1000) - 60;
      return { ada: [bearer(token), { Cookie: `__session=${token}; __client_uat=${since}` }] };
    },
    refused: () =>
      refusedJwts({
        sign: clerk,
        publicKey: clerkKeys.publicKey,
        otherKey: otherRsa.privateKey,
        claims: { 'for another site': { azp: 'https://other.example' } },
      }),
  },
  'auth-js': {
    good: async () => ({ ada: [await authJs()] }),
    refused: async () => ({
      'encrypted with another secret': await authJs({ secret: OTHER_SECRET }),
      'expired a day ago': await authJs({ maxAge: -DAY }),
      'of another cookie': await authJs({ salt: 'authjs.session-token' }),
      'without a user': await authJs({ token: {} }),
      'with another signature': { Cookie: tampered((await authJs()).Cookie) },
      unsigned: { Cookie: `${AUTH_JS_COOKIE}=${unsigned(await firebase({}))}` },
    }),
  },
  supabase: {
    good: async () => ({ ada: [bearer(await supabase({}))] }),
    refused: () =>
      refusedJwts({
        sign: supabase,
        publicKey: supabaseKeys.publicKey,
        otherKey: otherEc.privateKey,
        claims: {
          'of another project': { iss: 'https://other.supabase.test/auth/v1' },
          'for another audience': { aud: 'anon' },
          'without a user': { sub: undefined },
        },
      }),
  },
  'supabase-secret': {
    good: async () => ({ ada: [bearer(await supabaseSecret({}))] }),
    refused: () =>
      refusedJwts({
        sign: supabaseSecret,
        otherKey: OTHER_SECRET,
        claims: {
          'the anon key': { iss: 'supabase', ref: 'project', role: 'anon', aud: undefined, sub: undefined },
          'without an expiry': { exp: undefined },
        },
      }),
  },
  firebase: {
    good: async () => ({ ada: [bearer(await firebase({}))] }),
    refused: () =>
      refusedJwts({
        sign: firebase,
        publicKey: googleKeys.publicKey,
        otherKey: otherRsa.privateKey,
        claims: {
          'of another project': { aud: 'other', iss: 'https://securetoken.google.com/other' },
          'without a user': { sub: undefined },
        },
      }),
  },
  'better-auth': {
    async good({ auth }) {
      const body = { name: 'Ada', email: 'ada@example.com', password: 'a long password' };
      const { headers, response } = await auth.api.signUpEmail({ body, returnHeaders: true });
      this.session = cookieOf(headers.getSetCookie()[0]);
      return { [response.user.id]: [this.session] };
    },
    async refused({ auth }) {
      const body = { name: 'Eve', email: 'eve@example.com', password: 'a long password' };
      const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
      const ended = cookieOf(headers.getSetCookie()[0]);
      await auth.api.signOut({ headers: new Headers({ ...ended, origin: SITE }) });
      const { sign, expired } = await betterAuthSessions(auth);
      return {
        'that has ended': ended,
        'expired a day ago': expired,
        'signed with another secret': sign(OTHER_SECRET),
        'with another signature': changed(this.session, tampered),
        unsigned: changed(this.session, (value) => value.split('.')[0]),
      };
    },
  },
  'signed-cookie': {
    good: async ({ sessionCookie }) => ({ ada: [cookieOf(await sessionCookie('ada'))] }),
    async refused({ sessionCookie }) {
      const good = cookieOf(await sessionCookie('ada'));
      const resigned = (payload) => `${payload}.${createHmac('sha256', OTHER_SECRET).update(payload).digest('base64')}`;
      const payloadOf = (value) => value.split('.')[0];
      const eve = btoa('{"user":"eve","expires":9e15}');
      return {
        'signed with another secret': changed(good, (value) => resigned(payloadOf(value))),
        'expired a second ago': cookieOf(await sessionCookie('ada', Date.now() - 1000)),
        'with another signature': changed(good, tampered),
        'of another user': changed(good, (value) => value.replace(payloadOf(value), eve)),
        unsigned: changed(good, payloadOf),
        'with an empty signature': changed(good, (value) => `${payloadOf(value)}.`),
        'that is not a session': { Cookie: 'session=%' },
      };
    },
  },
};

/** Sessions that Better Auth's own functions do not give: signed otherwise, or too old. */
async function betterAuthSessions(auth) {
  const context = await auth.$context;
  const [user] = await context.adapter.findMany({ model: 'user' });
  const session = await context.internalAdapter.createSession(user.id);
  const signature = (secret) => createHmac('sha256', secret).update(session.token).digest('base64');
  const { name } = context.authCookies.sessionToken;
  const sign = (secret) => ({ Cookie: `${name}=${encodeURIComponent(`${session.token}.${signature(secret)}`)}` });
  await context.internalAdapter.updateSession(session.token, { expiresAt: new Date(Date.now() - DAY * 1000) });
  return { sign, expired: sign(SECRET) };
}

/** Answers what the recipes fetch. */
async function standIn(url) {
  const keysOf = async (pair, alg, kid) => ({ keys: [{ ...(await exportJWK(pair.publicKey)), alg, kid, use: 'sig' }] });
  const answers = {
    [GOOGLE]: () => keysOf(googleKeys, 'RS256', 'google-1'),
    [`${SUPABASE_URL}/auth/v1/.well-known/jwks.json`]: () => keysOf(supabaseKeys, 'ES256', 'supabase-1'),
  };
  const answer = answers[String(url)];
  if (answer === undefined) throw new Error(`a recipe fetches ${url}`);
  return Response.json(await answer());
}

function recipe(name, module) {
  const { good, refused } = RECIPES[name];
  const ask = (headers, query = '') => module.default(new Request(`${SITE}/auth${query}`, { headers }));
  return ({ test }) => {
    test('a session gets a token for its user, whatever the query says', async () => {
      for (const [clientId, requests] of Object.entries(await good.call(RECIPES[name], module)))
        for (const headers of requests)
          for (const query of ['', '?clientId=eve']) {
            const response = await ask(headers, query);
            equal(response.status, 200, await response.clone().text());
            const { clientId: found, capability } = await response.json();
            equal([found, capability], [clientId, '{"chat:*":["publish","subscribe"]}']);
          }
    });
    test('no session gets none, whatever the query says', async () => {
      for (const query of ['', '?clientId=ada', '?user=ada&token=ada']) {
        const response = await ask({}, query);
        equal([response.status, (await response.json()).error.code], [401, 40100]);
      }
    });
    test('a session that is not good gets none', async () => {
      const cases = Object.entries(await refused.call(RECIPES[name], module));
      ok(cases.length >= 4, 'there are cases');
      for (const [what, headers] of cases) {
        const response = await ask(headers);
        equal([response.status, (await response.json()).error.code], [401, 40100], what);
      }
    });
  };
}

/** If the public keys cannot be fetched, nobody gets a token, and the error is reported. */
const withoutKeys = ({ test }) => {
  for (const [name, sign] of Object.entries({ supabase, firebase }))
    test(`${name} answers 500`, async () => {
      const { default: endpoint } = await import(`${pathToFileURL(join(FOLDER, `${name}.js`)).href}?without-keys`);
      const [{ fetch }, { error }, errors] = [globalThis, console, []];
      globalThis.fetch = async () => new Response('', { status: 503 });
      console.error = (reported) => errors.push(reported.code);
      try {
        const response = await endpoint(new Request(`${SITE}/auth`, { headers: bearer(await sign({})) }));
        equal([response.status, errors], [500, ['ERR_JOSE_GENERIC']]);
      } finally {
        globalThis.fetch = fetch;
        console.error = error;
      }
    });
};

/** @param {Record<string, string>} env with the key that the recipes sign with */
export async function recipes(env) {
  const names = readdirSync(FOLDER).map((file) => file.replace(/\.js$/, ''));
  const [before, fetch] = [{ ...process.env }, globalThis.fetch];
  Object.assign(process.env, ENV, env);
  globalThis.fetch = standIn;
  try {
    const subjects = {
      'without public keys': withoutKeys,
      recipes({ test }) {
        test('each has a test', () => equal(names.sort(), Object.keys(RECIPES).sort()));
        for (const name of names)
          test(`${name} is in the documents as it is here`, () => {
            const source = readFileSync(join(FOLDER, `${name}.js`), 'utf8');
            const page = readFileSync(join(ROOT, `docs/recipes/${name.replace('-secret', '')}.md`), 'utf8');
            ok(page.includes(`\`\`\`js example\n${source}\`\`\``), 'the page has other code');
          });
      },
    };
    for (const name of names)
      subjects[name] = recipe(name, await import(pathToFileURL(join(FOLDER, `${name}.js`)).href));
    return print('recipes', await runSubjects(subjects, {}));
  } finally {
    globalThis.fetch = fetch;
    process.env = before;
  }
}
