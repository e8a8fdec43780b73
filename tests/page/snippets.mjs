// What the page offers to paste elsewhere is run where it says it runs, and must give the very same token.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeJwt, issueJwtSync } from '../../pkg/index.js';
import { createSandbox } from '../../pkg/sandbox.js';
import { DEFAULT_PORT } from '../../pkg/node/serve.js';
import { SNIPPETS } from '../../www/issue/snippets.js';
import { ROOT } from '../../scripts/run.mjs';
import { RUNNERS } from '../documents/runners.mjs';
import { find } from '../runtimes/find.mjs';
import { STAGE, stage } from '../runtimes/stage.mjs';
import { execFileSync } from '../runtimes/start.mjs';
import { equal, ok } from '../js/assert.mjs';
import { HOSTILE } from './user.mjs';

/** The key that the runners put in the environment. */
const KEY = 'xVLyHw.A-pwh7:made-up-secret-of-no-account';
const { keys, fetch: toSandbox, endpoint } = createSandbox();

const hostile = `${HOSTILE}'"\`$(exit 9)\${exit} \\ \n\u2028\u202e --json`;
const odd = JSON.parse('{"__proto__":["publish"],"1":["history"],"0":["subscribe"]}');
const CASES = {
  plain: { capability: '{"chat:*":["publish","subscribe"]}', clientId: 'ada', ttlSeconds: 600 },
  'no client id': { capability: '{"*":["*"]}', clientId: null },
  everything: {
    capability: '{"chat:*":["history"]}',
    clientId: '*',
    ttlSeconds: 60,
    revocationKey: 'group-1',
    revocable: true,
    channelClaims: { 'chat:*': '{"role":"mod"}' },
    publishRateLimits: { 'chat:*': 0.5 },
  },
  odd: { capability: JSON.stringify(odd), clientId: '-v', channelClaims: { __proto__: null, constructor: 'x' } },
  hostile: {
    capability: JSON.stringify({ [hostile.slice(0, 80)]: ['publish'] }),
    clientId: hostile,
    revocationKey: hostile,
    channelClaims: { [HOSTILE]: hostile },
  },
};

/** As the form gives it, and the token that comes of it. */
function given(options, key = KEY) {
  const inputs = {
    ttlSeconds: undefined,
    revocationKey: undefined,
    revocable: false,
    channelClaims: undefined,
    publishRateLimits: undefined,
    ...options,
  };
  const issued = issueJwtSync({ ...inputs, key });
  return { token: issued.token, endpoint, options: { ...inputs, key: undefined, capability: issued.capability } };
}

/** But for the times, which are those of the moment. */
function timeless(token) {
  const { header, claims } = decodeJwt(token);
  return { header, claims: { ...claims, iat: 0, exp: claims.exp - claims.iat } };
}

/** The words of a command, as a real shell takes it apart. */
function words(command, program) {
  const text = execFileSync(find('bash'), ['-c', `${program}() { printf '%s\\0' "$@"; }\n${command}`], {
    encoding: 'utf8',
  });
  return text.split('\0').slice(0, -1);
}

const COMMAND_LINE = join(ROOT, 'pkg', 'cli.js');

export default ({ test }) => {
  const folder = join(STAGE, 'snippets');
  let count = 0;
  const prepare = () => {
    stage();
    mkdirSync(join(folder, 'node_modules', 'ably'), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules', 'ably', 'package.json'),
      '{ "name": "ably", "type": "module", "exports": "./index.js" }',
    );
    // All that matters of ably-js here: it calls back.
    writeFileSync(
      join(folder, 'node_modules', 'ably', 'index.js'),
      `export class Realtime {
  constructor({ authCallback }) {
    authCallback({}, (error, details) => console.log(JSON.stringify({ error, details })));
  }
}\n`,
    );
    return `page-${count++}`;
  };

  test('none holds the key, and each says what it is', () => {
    for (const { label, note, write } of Object.values(SNIPPETS)) {
      ok(label && note);
      for (const options of Object.values(CASES)) ok(!write(given(options)).includes('made-up-secret'), label);
    }
  });

  for (const [name, options] of Object.entries(CASES)) {
    const { token } = given(options);

    if (find('deno'))
      test(`the Deno handler: ${name}`, async () => {
        const { served } = await RUNNERS['js deno'](SNIPPETS.deno.write(given(options)), folder, prepare());
        equal(timeless(served.token), timeless(token));
      });
    if (find('workerd'))
      test(`the Worker: ${name}`, async () => {
        const { served } = await RUNNERS['js workers'](SNIPPETS.worker.write(given(options)), folder, prepare());
        equal(timeless(served.token), timeless(token));
      });
    test(`the authCallback: ${name}`, async () => {
      const { printed } = await RUNNERS['js node'](SNIPPETS.callback.write(given(options)), folder, prepare());
      const { error, details } = JSON.parse(printed[0]);
      equal(error, null);
      equal(timeless(details.token), timeless(token));
    });

    test(`the command line: ${name}`, () => {
      if (name === 'hostile') {
        ok(
          SNIPPETS.command
            .write(given(options))
            .startsWith('# The command line cannot express a channel with an equals sign in its name.\nnpx '),
        );
      }
      const sayable = name === 'hostile' ? { ...options, channelClaims: undefined } : options;
      const [program, command, ...args] = words(SNIPPETS.command.write(given(sayable)), 'npx');
      equal([program, command], ['ably-edge-auth', 'issue-jwt-token']);
      const printed = execFileSync(process.execPath, [COMMAND_LINE, command, ...args], {
        encoding: 'utf8',
        env: { ...process.env, ABLY_API_KEY: KEY },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const {
        header,
        claims: { jti, ...claims },
      } = timeless(printed.trim());
      ok(jti, 'a command line token has an id of its own');
      equal({ header, claims }, timeless(given(sayable).token));
    });

    test(`the curl command: ${name}`, async () => {
      const made = given(options, options.revocable ? keys.revocable : keys.root);
      const args = words(SNIPPETS.curl.write(made), 'curl');
      const { values, positionals } = parseArgs({
        args,
        options: { request: { type: 'string' }, header: { type: 'string', multiple: true }, data: { type: 'string' } },
        allowPositionals: true,
      });
      equal(positionals.length, 1);
      const headers = values.header.map((it) => it.split(/: (.*)/s).slice(0, 2));
      const answer = await toSandbox(positionals[0], { method: values.request, headers, body: values.data });
      ok(answer.ok, `${values.request} ${positionals[0]}: ${answer.status} ${await answer.text()}`);
    });
  }

  test('the address in the page is that of a sandbox in a terminal', () => {
    equal(
      readFileSync(new URL('../../www/shared/environment.js', import.meta.url), 'utf8').match(
        /http:\/\/127\.0\.0\.1:\d+/,
      )[0],
      `http://127.0.0.1:${DEFAULT_PORT}`,
    );
  });

  test('leaves nothing behind', () => rmSync(join(folder, 'node_modules'), { recursive: true, force: true }));
};
