// kill -9 while the file is being rewritten: the old one is there or the new one, and either has everything.
import { randomInt } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { equal, ok } from '../js/assert.mjs';
import { temporaryFolder } from './files.mjs';
import { begin } from './processes.mjs';

const REWRITER = fileURLToPath(new URL('rewriter.mjs', import.meta.url));
const KILLS = 60;
/** Changes that are written together. */
const TOGETHER = 3;

export function killRewriting({ test }) {
  test(`${KILLS} times at a random moment`, async () => {
    const path = join(temporaryFolder(), 'state');
    let known = 0;
    let leftOver = 0;
    for (let round = 0; round < KILLS; round++) {
      const { child, ended, stdout, stderr } = begin(process.execPath, [REWRITER, path]);
      await new Promise((resolve) => child.stdout.on('data', resolve));
      setTimeout(() => child.kill('SIGKILL'), randomInt(40));
      await ended;
      equal(stderr(), '');
      const lines = stdout().trim().split('\n');
      const [, begun] = lines[0].match(/^begun (\d+)$/) ?? [];
      ok(
        begun !== undefined && Number(begun) >= known && Number(begun) <= known + TOGETHER,
        `${known} were acknowledged: ${lines[0]}`,
      );
      ok(
        lines.slice(1).every((line) => /^done \d+$/.test(line)),
        stdout().slice(0, 500),
      );
      known = Number(lines.at(-1).split(' ')[1]);
      ok(statSync(path).size < 2_000, 'it was not made short');
      if (existsSync(`${path}.new`)) leftOver++;
    }
    console.log(`  ${known} changes acknowledged; rewritings cut off: ${leftOver} of ${KILLS} kills`);
    ok(leftOver > 0, 'no kill met a rewriting');
  });
}
