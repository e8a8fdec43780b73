// The packed package in Node.js itself, without any tool.
import assert from 'node:assert/strict';
import { execute } from '../processes.mjs';

const CASES = [
  { name: 'node: import', args: ['plain/app.mjs'] },
  { name: 'node: require()', args: ['plain/app.cjs'] },
  // Node 20.0 to 20.18 refuse to require() an ES module: they get the CommonJS file.
  { name: 'node: require() as in Node 20.18', args: ['--no-experimental-require-module', 'plain/app.cjs'] },
  { name: 'node: require() and import, one instance', args: ['both/app.cjs'] },
  { name: 'node: import and require(), one instance', args: ['both/app.mjs'] },
  { name: 'node: sandbox, import', args: ['sandbox/app.mjs'] },
  { name: 'node: sandbox, require()', args: ['sandbox/app.cjs'] },
  { name: 'node: sandbox, require() as in Node 20.18', args: ['--no-experimental-require-module', 'sandbox/app.cjs'] },
  { name: 'node: sandbox, import and require(), one class of errors', args: ['sandbox/mixed.cjs'] },
];

export const node = CASES.map(({ name, args }) => ({
  name,
  async run({ folder }) {
    const { stdout, stderr } = await execute([process.execPath, ...args], { cwd: folder });
    assert.equal(stdout, 'ok node\n');
    assert.equal(stderr, '', 'nothing is warned about');
  },
}));
