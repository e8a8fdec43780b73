// diff: what a change of a capability makes possible and impossible.
import { parseCapability } from './api.js';
import { diffCapabilities } from './capability-diff.js';
import { capabilityFailure } from './capability-report.js';

export const command = {
  summary: 'Compare two capabilities by what they allow',
  args: [
    { name: 'OLD', required: true, text: 'The file with the capability as it was, JSON, or - for stdin' },
    { name: 'NEW', required: true, text: 'The file with the capability as it is now, JSON, or - for stdin' },
  ],
  flags: {
    'fail-on': {
      value: 'CHANGE',
      choices: ['grant', 'loss', 'any'],
      text: 'The change that gives the exit code 1: a right more (grant), a right less (loss), or any',
    },
  },
  examples: [
    ['Two files', 'diff old.json new.json'],
    [
      'In CI, refuse a commit that grants more',
      'git show HEAD~1:capability.json | ably-edge-auth diff - capability.json --fail-on grant',
    ],
  ],
  run,
};

async function run({ values, positionals, output, input }) {
  const [before, after] = [await read(input, 'OLD', positionals[0]), await read(input, 'NEW', positionals[1])];
  const { gained, lost } = diffCapabilities(before, after);
  const isSame = gained.length === 0 && lost.length === 0;
  if (output.json !== undefined) output.result({ diff: { same: isSame, gained, lost } });
  else if (isSame) output.print('The two capabilities allow the same.');
  else {
    show(output, 'Now possible', 'green', '+', gained);
    show(output, 'No longer possible', 'red', '-', lost);
  }
  const failing = { grant: gained, loss: lost, any: [...gained, ...lost] }[values['fail-on']] ?? [];
  return failing.length > 0 ? 1 : 0;
}

async function read(input, name, given) {
  const isJson = given.trimStart().startsWith('{');
  const text = isJson ? given : await input.file(name, given.replace(/^@/, ''));
  try {
    parseCapability(text);
  } catch (error) {
    throw capabilityFailure(error, text, {}, { given: isJson || given === '-' ? given : `@${given}` });
  }
  return text;
}

function show(output, title, colour, sign, rights) {
  if (rights.length === 0) return;
  output.print(`${title}:`);
  for (const { resource, operations, except, example } of rights) {
    const what = operations[0] === '*' ? everyOperation(except) : operations.join(', ');
    output.print(`${output.paint(colour, sign)} ${what} on ${resource}`);
    if (example.resource !== resource) output.print(`    for example: ${example.operation} on ${example.resource}`);
  }
}

const everyOperation = (except = []) =>
  except.length === 0 ? 'every operation' : `every operation except ${except.join(', ')}`;
