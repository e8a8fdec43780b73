// A fresh process: from its start to the first token.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { find } from '../runtimes/find.mjs';
import { HERE, ROOT, WORK } from './places.mjs';

const at = (path) => JSON.stringify(pathToFileURL(path).href);
const PROGRAMS = {
  ours: `import { issueJwtSync } from ${at(join(ROOT, 'pkg/index.js'))};
import { CAPABILITIES, CLIENT_ID, KEY } from ${at(join(HERE, 'samples.mjs'))};
if (issueJwtSync({ key: KEY, capability: CAPABILITIES.usual, clientId: CLIENT_ID }).token.length < 200) throw new Error('no token');
`,
  jose: `import { SignJWT } from ${at(join(HERE, 'node_modules/jose/dist/webapi/index.js'))};
import { KEY_NAME, SECRET, claimsOf } from ${at(join(HERE, 'samples.mjs'))};
const key = new TextEncoder().encode(SECRET);
if ((await new SignJWT(claimsOf('usual')).setProtectedHeader({ typ: 'JWT', alg: 'HS256', kid: KEY_NAME }).sign(key)).length < 200) throw new Error('no token');
`,
  nothing: '',
};

export function measureStarts({ rounds }) {
  const works = {};
  for (const [work, program] of [['import and first token', process.execPath], ['import and first token, Bun', find('bun')]])
    if (program) works[work] = inTurn(program, rounds);
  return works;
}

function inTurn(program, rounds) {
  mkdirSync(WORK, { recursive: true });
  const files = Object.entries(PROGRAMS).map(([name, text]) => {
    const file = join(WORK, `start-${name}.mjs`);
    writeFileSync(file, text);
    return [name, file];
  });
  for (const [, file] of files) execFileSync(program, [file]);
  const times = Object.fromEntries(files.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, file] of files) {
      const start = performance.now();
      const { status } = spawnSync(program, [file]);
      times[name].push((performance.now() - start) * 1e6);
      if (status !== 0) throw new Error(`${file} failed`);
    }
  }
  return times;
}
