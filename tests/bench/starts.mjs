// A fresh process: from its start to the first token, and the command line as a whole.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { verifyJwt } from '../../pkg/index.js';
import { find } from '../runtimes/find.mjs';
import { HERE, ROOT, WORK } from './places.mjs';
import { CAPABILITIES, CLIENT_ID, KEY } from './samples.mjs';

const at = (path) => JSON.stringify(pathToFileURL(path).href);
const PROGRAMS = {
  // What the specifier leads to in both.
  ours: `import { issueJwtSync } from ${at(join(ROOT, 'pkg/generated/index.js'))};
import { CAPABILITIES, CLIENT_ID, KEY } from ${at(join(HERE, 'samples.mjs'))};
console.log(issueJwtSync({ key: KEY, capability: CAPABILITIES.usual, clientId: CLIENT_ID }).token);
`,
  jose: `import { SignJWT } from ${at(join(HERE, 'node_modules/jose/dist/webapi/index.js'))};
import { KEY_NAME, SECRET, claimsOf } from ${at(join(HERE, 'samples.mjs'))};
const key = new TextEncoder().encode(SECRET);
console.log(await new SignJWT(claimsOf('usual')).setProtectedHeader({ typ: 'JWT', alg: 'HS256', kid: KEY_NAME }).sign(key));
`,
  nothing: '',
};
const ISSUE = [
  join(ROOT, 'pkg/cli.js'),
  'issue-jwt-token',
  '--token-only',
  '--capability',
  JSON.stringify(CAPABILITIES.usual),
  '--client-id',
  CLIENT_ID,
];

export function measureStarts({ rounds }) {
  // Also the home of the command line: nobody's own configuration is read.
  mkdirSync(WORK, { recursive: true });
  const imports = Object.entries(PROGRAMS).map(([name, text]) => {
    const file = join(WORK, `start-${name}.mjs`);
    writeFileSync(file, text);
    return { name, args: [file], signs: text !== '' };
  });
  const commands = [
    { name: 'ours: issue-jwt-token --token-only', args: ISSUE, signs: true },
    { name: 'node -e 0', args: ['-e', '0'], signs: false },
  ];
  const [node, newerNode, bun] = [process.execPath, find('node'), find('bun')];
  const works = [
    ['import and first token', node, imports],
    ['import and first token, Bun', bun, imports],
    ['command line', node, commands],
    ['command line, newer Node.js', newerNode, commands],
  ];
  return Object.fromEntries(
    works.filter(([, program]) => program).map(([work, program, starts]) => [work, inTurn(program, starts, rounds)]),
  );
}

function inTurn(program, starts, rounds) {
  const times = Object.fromEntries(starts.map(({ name }) => [name, []]));
  for (const start of starts) timed(program, start); // compiled code may be kept for the next run
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < starts.length; i++) {
      const start = starts[(i + round) % starts.length];
      times[start.name].push(timed(program, start));
    }
  return times;
}

function timed(program, { name, args, signs }) {
  const env = { PATH: process.env.PATH, HOME: WORK, ABLY_API_KEY: KEY };
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  const ns = (performance.now() - start) * 1e6;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  if (signs && verifyJwt(stdout.trim(), { key: KEY }).clientId !== CLIENT_ID)
    throw new Error(`${name} made another token`);
  return ns;
}
