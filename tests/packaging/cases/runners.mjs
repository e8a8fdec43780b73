// Test runners, which load modules in ways of their own.
import { PATIENCE_MS } from '../../suite/patience.mjs';
import { execute, tool } from '../processes.mjs';

export const runners = [
  {
    name: 'vitest',
    run: ({ folder }) => execute([tool('vitest'), 'run', `--testTimeout=${PATIENCE_MS}`, 'vitest.test.mjs'], { cwd: folder }).then(counted('2 passed')),
  },
  {
    name: 'jest, as CommonJS',
    run: ({ folder }) => execute([tool('jest'), '--rootDir', folder, `--testTimeout=${PATIENCE_MS}`, 'jest.test.cjs'], { cwd: folder }).then(counted('2 passed')),
  },
];

function counted(words) {
  return ({ stdout, stderr }) => {
    if (!`${stdout}${stderr}`.includes(words)) throw new Error(`"${words}" is not in\n${stdout}${stderr}`);
  };
}
