// Test runners, which load modules in ways of their own.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/run.mjs';
import { PATIENCE_MS } from '../../js/patience.mjs';
import { execute, tool } from '../processes.mjs';

export const runners = [
  {
    name: 'vitest',
    run: ({ folder }) =>
      execute([tool('vitest'), 'run', `--testTimeout=${PATIENCE_MS}`, 'vitest.test.mjs'], { cwd: folder }).then(
        counted('2 passed'),
      ),
  },
  {
    // In Jest the same test has no imports of its own: require, and globals.
    name: 'the example for tests, in vitest and jest',
    async run({ folder }) {
      const example = readFileSync(join(ROOT, 'examples/testing/endpoint.test.mjs'), 'utf8');
      writeFileSync(join(folder, 'endpoint.test.mjs'), example);
      const required = example
        .replace("import { expect, test } from 'vitest';\n", '')
        .replace(/^import (\{.*\}) from ('.*');$/gm, 'const $1 = require($2);');
      writeFileSync(join(folder, 'endpoint.test.cjs'), required);
      const patience = `--testTimeout=${PATIENCE_MS}`;
      counted('1 passed')(await execute([tool('vitest'), 'run', patience, 'endpoint.test.mjs'], { cwd: folder }));
      counted('1 passed')(
        await execute([tool('jest'), '--rootDir', folder, patience, 'endpoint.test.cjs'], { cwd: folder }),
      );
    },
  },
  {
    name: 'jest, as CommonJS',
    run: ({ folder }) =>
      execute([tool('jest'), '--rootDir', folder, `--testTimeout=${PATIENCE_MS}`, 'jest.test.cjs'], {
        cwd: folder,
      }).then(counted('2 passed')),
  },
  {
    name: 'jest, as CommonJS in jsdom',
    run: ({ folder }) =>
      execute([tool('jest'), '--rootDir', folder, '--env', 'jsdom', 'jest-jsdom.test.cjs'], { cwd: folder }).then(
        counted('6 passed'),
      ),
  },
  {
    name: 'jest, as an ES module in jsdom',
    run({ folder }) {
      const options = ['--rootDir', folder, '--env', 'jsdom', '--testMatch', '**/jest-jsdom.test.mjs'];
      return execute([process.execPath, '--experimental-vm-modules', tool('jest'), ...options], { cwd: folder }).then(
        counted('1 passed'),
      );
    },
  },
];

function counted(words) {
  return ({ stdout, stderr }) => {
    if (!`${stdout}${stderr}`.includes(words)) throw new Error(`"${words}" is not in\n${stdout}${stderr}`);
  };
}
