// Every example of Ably's two command pages, word for word, in a shell in which `ably` is this command line,
// against the sandbox; and lines that scripts are likely to have.
// Sources: https://ably.com/docs/cli/auth/issue-jwt-token and https://ably.com/docs/cli/auth/revoke-token
import { equal, ok } from '../js/assert.mjs';
import { claimsOf, records, resultOf, shell } from './run-cli.mjs';

const tokenIn = (stdout) => claimsOf(stdout.match(/^Token: (\S+)$/m)[1]).claims;
const capabilityOf = (claims) => JSON.parse(claims['x-ably-capability']);

const ISSUE = [
  ['ably auth issue-jwt-token', ({ stdout }) => equal(capabilityOf(tokenIn(stdout)), { '*': ['*'] })],
  [
    `ably auth issue-jwt-token --capability '{"my-channel":["publish","subscribe"]}'`,
    ({ stdout }) => equal(capabilityOf(tokenIn(stdout)), { 'my-channel': ['publish', 'subscribe'] }),
  ],
  ['ably auth issue-jwt-token --token-only', ({ stdout }) => ok(/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(stdout), stdout)],
  [
    `ably auth issue-jwt-token --capability '{"chat:*":["publish","subscribe"], "status:*":["subscribe"]}' --ttl 3600`,
    ({ stdout }) => {
      const claims = tokenIn(stdout);
      equal(
        [capabilityOf(claims), claims.exp - claims.iat],
        [{ 'chat:*': ['publish', 'subscribe'], 'status:*': ['subscribe'] }, 3600],
      );
    },
  ],
  [
    'ably auth issue-jwt-token --client-id client123 --ttl 86400',
    ({ stdout }) => {
      const claims = tokenIn(stdout);
      equal([claims['x-ably-clientId'], claims.exp - claims.iat], ['client123', 86400]);
      ok(stdout.includes('\nTTL: 86400 seconds\n'), stdout);
    },
  ],
  [
    'ably auth issue-jwt-token --json',
    ({ stdout }) => equal([records(stdout).length, resultOf(stdout).token.tokenType], [2, 'jwt']),
  ],
  [
    'ably auth issue-jwt-token --pretty-json',
    ({ stdout }) => equal(JSON.parse(stdout.slice(0, stdout.indexOf('\n}\n') + 2)).token.tokenType, 'jwt'),
  ],
];

const INLINE = 'ABLY_TOKEN="$(ably auth issue-jwt-token --token-only)" ably channels publish my-channel "Hello"';

const QUESTION = 'Are you sure? [y/n] ';
const REVOKE = [
  ['ably auth revoke-token --client-id "userClientId"', 'client id userClientId', true],
  ['ably auth revoke-token --client-id "userClientId" --force', 'client id userClientId', false],
  ['ably auth revoke-token --revocation-key group1', 'revocation key group1', true],
  ['ably auth revoke-token --client-id "userClientId" --allow-reauth-margin', 'client id userClientId', true],
];

// Source: the table of https://ably.com/docs/platform/account/access-tokens; those that need no more than their name.
const LISTS = [
  'ably apps list',
  'ably auth keys list',
  'ably integrations list',
  'ably queues list',
  'ably apps channel-rules list',
  'ably stats account',
  'ably stats app',
];

export function examples({ test, sandbox }) {
  const env = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_API_KEY: sandbox.keys.root };
  const revoking = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_API_KEY: sandbox.keys.revocable };
  const controlling = {
    ABLY_ENDPOINT: sandbox.endpoint,
    ABLY_ACCESS_TOKEN: sandbox.accessToken,
    ABLY_APP_ID: sandbox.app.id,
  };

  for (const [line, check] of ISSUE)
    test(line, async () => {
      const answer = await shell(line, { env });
      equal([answer.code, answer.stderr], [0, '']);
      check(answer);
    });

  test(INLINE, async () => {
    const { code, stdout, stderr } = await shell(INLINE, { env });
    equal([code, stderr], [0, '✓ Message published to channel: my-channel.\n']);
    ok(/^ {2}Serial: \S+\n$/.test(stdout), stdout);
    const history = await fetch(`${sandbox.endpoint}/channels/my-channel/messages`, {
      headers: { Authorization: `Basic ${btoa(sandbox.keys.root)}` },
    });
    const [message] = await history.json();
    equal(message.data, 'Hello');
    ok(message.clientId.startsWith('ably-cli-'), 'published with the token, whose client id it has');
  });

  for (const [line, words, asks] of REVOKE)
    test(line, async () => {
      const { code, stdout, stderr } = await shell(line, { env: revoking, stdin: 'y\n' });
      equal([code, stdout, stderr.includes(QUESTION)], [0, '', asks]);
      ok(stderr.includes(`✓ Tokens matching ${words} have been revoked.`), stderr);
    });

  test('ably auth revoke-token --client-id "userClientId" --json --force', async () => {
    const { code, stdout, stderr } = await shell('ably auth revoke-token --client-id "userClientId" --json --force', {
      env: revoking,
    });
    equal([code, stderr, resultOf(stdout).revocation.target], [0, '', 'clientId:userClientId']);
  });

  test('a token that was revoked is refused, and one issued later is not', async () => {
    const issue = 'ably auth issue-jwt-token --token-only --client-id lifecycle';
    const line = `t="$(${issue})"
      ABLY_TOKEN="$t" ably channels publish a b || exit 90
      ably auth revoke-token --client-id lifecycle --force || exit 91
      ABLY_TOKEN="$t" ably channels publish a b && exit 92
      # iat counts whole seconds: a token issued in the second of the cut-off falls with the others
      cutoff="$(date +%s)"; while [ "$(date +%s)" = "$cutoff" ]; do sleep 0.2; done
      ABLY_TOKEN="$(${issue})" ably channels publish a b || exit 93`;
    const { code, stderr } = await shell(line, { env: revoking });
    equal(code, 0, stderr);
    ok(stderr.includes('Ably error code: 40141'), stderr);
  });

  test('a script that reads the token out of the records', async () => {
    const line = `ably auth issue-jwt-token --json --client-id ada | "${process.execPath}" -e '
      const lines = require("node:fs").readFileSync(0, "utf8").trim().split("\\n").map((line) => JSON.parse(line));
      const { token } = lines.find(({ type }) => type === "result");
      console.log(token.clientId, token.keyId, lines.at(-1).status);'`;
    equal((await shell(line, { env })).stdout, `ada ${sandbox.keys.root.split(':')[0]} completed\n`);
  });

  test('a key from a file, through stdin', async () => {
    const { code, stdout } = await shell('printf "%s\\n" "$KEY" | ably auth issue-jwt-token --key - --token-only', {
      env: { KEY: sandbox.keys.root },
    });
    equal([code, claimsOf(stdout).header.kid], [0, sandbox.keys.root.split(':')[0]]);
  });

  for (const line of LISTS) test(line, async () => equal((await shell(line, { env: controlling })).code, 0));
}
