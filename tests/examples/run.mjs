// Every example, started for real, against the sandbox: Ably's own client gets its tokens there, renews
// them when they have expired or were revoked, and the example's own API takes the same tokens.
import * as Ably from 'ably';
import { issueJwtSync } from '../../pkg/index.js';
import { cli, resultOf } from '../cli/run-cli.mjs';
import { print } from '../runtimes/report.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { cors } from './cors.mjs';
import { recipes } from './recipes.mjs';
import { kickRace } from './kick-race.mjs';
import { openTelemetry } from './opentelemetry.mjs';
import { twoIsolates } from './two-isolates.mjs';
import { layOut, SERVERS, WEBHOOK_SERVERS } from './servers.mjs';
import { startSandbox } from './sandbox-server.mjs';
import { webhookExample } from './webhooks.mjs';

layOut();
const { sandbox, port, origin: ably, close } = await startSandbox();
const KEY = sandbox.keys.revocable;
const env = { ABLY_API_KEY: KEY, ABLY_ENDPOINT: ably };
const words = process.argv.slice(2);

const COOKIE = { cookie: 'user=ada' };
/** How ably-js is told to ask; it wants JSON or text, whichever comes. */
const WAYS = ['GET', 'POST'].flatMap((authMethod) =>
  ['application/json, text/plain', 'application/jwt', 'text/plain'].map((accept) => ({ authMethod, accept })),
);

const client = (options) => new Ably.Rest({ endpoint: '127.0.0.1', port, tls: false, logLevel: 0, ...options });
const publish = (rest, channel = 'chat:lobby') => rest.channels.get(channel).publish('greeting', 'hello');
const nextSecond = async () => {
  // `iat` counts whole seconds: what is issued in the second of a revocation falls with it.
  for (const second = Math.floor(Date.now() / 1000); Math.floor(Date.now() / 1000) === second; )
    await new Promise((wake) => setTimeout(wake, 20));
};

/** What Ably says to a token. */
const codeAtAbly = async (token) => {
  const response = await fetch(`${ably}/channels/chat:lobby/messages`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: '{"name":"greeting"}',
  });
  return Number(response.headers.get('X-Ably-ErrorCode'));
};
/**
 * By its own call: ably-js 2.28 does call it when a request is answered with 40140 to 40149, but its REST
 * client sends the old token's header again after that, and so for ever (`withAuthDetails`).
 */
const renewed = async (rest, token) => {
  const details = await rest.auth.authorize();
  ok(details.token !== token, 'another token');
  await publish(rest);
};

function example(name, { origin }) {
  const authUrl = `${origin}/auth`;
  const api = (token) =>
    fetch(`${origin}/messages`, { method: 'POST', headers: token ? { Authorization: `Bearer ${token}` } : {} });
  const hasApi = !name.startsWith('next');

  return ({ test }) => {
    for (const { authMethod, accept } of WAYS)
      test(`ably-js asks by ${authMethod} for ${accept}`, async () => {
        const rest = client({ authUrl, authMethod, authHeaders: { ...COOKIE, accept }, authParams: { room: 'a b' } });
        await publish(rest);
        const details = await rest.auth.requestToken();
        ok(details.token.split('.').length === 3, 'an Ably JWT');
        const refused = await publish(rest, 'news').catch((error) => error);
        equal([refused.code, refused.statusCode], [40160, 401]);
      });
    test('whoever is not known gets no token, and ably-js says why', async () => {
      const error = await publish(client({ authUrl })).catch((reason) => reason);
      equal([error.code, error.statusCode, error.message], [40100, 401, 'authentication is required']);
    });
    test('ably-js renews a token that has expired', async () => {
      const { token } = issueJwtSync({
        key: KEY,
        clientId: 'ada',
        capability: { 'chat:*': ['publish'] },
        now: Date.now() - 7_200_000,
      });
      equal(await codeAtAbly(token), 40142);
      const rest = client({ authUrl, authHeaders: COOKIE, token });
      await renewed(rest, token);
    });
    test('the doctor finds nothing', async () => {
      const args = ['--header', 'Cookie: user=ada', '--channel', 'chat:lobby', '--can', 'publish', '--json'];
      const { stdout } = await cli(['doctor', authUrl, ...args], {
        env: { ...env, ABLY_ACCESS_TOKEN: sandbox.accessToken },
      });
      const { ok: isWell, checks } = resultOf(stdout).doctor;
      equal(
        checks.filter(({ status }) => status !== 'pass').map(({ message }) => message),
        [],
      );
      ok(isWell && checks.length >= 7, JSON.stringify(checks));
    });
    if (!hasApi) return;
    test('its own API takes a token that may, and no other', async () => {
      const { token } = await (await fetch(authUrl, { headers: COOKIE })).json();
      const [good, none, narrow] = [
        await api(token),
        await api(),
        await api(issueJwtSync({ key: KEY, capability: { news: ['publish'] } }).token),
      ];
      equal([good.status, none.status, narrow.status], [200, 401, 403]);
      equal(await good.json(), { hello: 'ada' });
      equal((await narrow.json()).error.code, 40160);
    });
    test('revoked: refused at its own API and by Ably, and ably-js renews', async () => {
      const headers = { cookie: 'user=eve' };
      const rest = client({ authUrl, authHeaders: headers });
      await publish(rest);
      const { token } = rest.auth.tokenDetails;
      equal((await api(token)).status, 200);
      const revoked = await fetch(`${origin}/revoke?clientId=eve`, {
        method: 'POST',
        headers: { cookie: 'user=admin' },
      });
      equal([revoked.status, await revoked.json()], [200, { revoked: 1 }]);
      const refused = await api(token);
      equal([refused.status, (await refused.json()).error.code], [401, 40141]);
      await nextSecond();
      equal(await codeAtAbly(token), 40141);
      await renewed(rest, token);
      equal((await api(rest.auth.tokenDetails.token)).status, 200);
    });
  };
}

const chosen = (name) => words.length === 0 || words.some((word) => name.includes(word));
let failed = false;
async function runAll(servers, kind, register, variables) {
  for (const [name, { missing, start }] of Object.entries(servers)) {
    const title = `${kind}: ${name}`;
    if (!chosen(title)) continue;
    if (missing) {
      console.log(`SKIPPED: the ${kind} for ${name} (${missing} is not installed)`);
      continue;
    }
    const server = await start(variables);
    try {
      if (!print(title, await runSubjects({ [name]: register(name, server) }, {}))) failed = true;
    } finally {
      await server.close();
    }
  }
}
await runAll(SERVERS, 'example', example, env);
await runAll(WEBHOOK_SERVERS, 'webhook example', (_name, server) => webhookExample(server), {
  ABLY_API_KEY: sandbox.keys.root,
});
if (chosen('two isolates') && !print('two isolates', await runSubjects({ 'two isolates': twoIsolates }, {})))
  failed = true;
if (chosen('recipes')) failed = !(await recipes(env)) || failed;
if (chosen('kick') && !print('kick', await runSubjects({ kick: kickRace }, {}))) failed = true;
if (
  chosen('opentelemetry') &&
  !print('opentelemetry', await runSubjects({ opentelemetry: await openTelemetry(env) }, {}))
)
  failed = true;
if (chosen('cors')) failed = !(await cors(env)) || failed;
await close();
process.exit(failed ? 1 : 0);
