// check-capability: every problem of a capability at once; or whether it allows something, and why.
import { issueMarker, sentence, unfit, warnOf } from './capability-report.js';
import { misuse } from './failure.js';
import { checkCapability, explainCapability } from './api.js';

export const command = {
  summary: 'Find what is wrong with a capability, or ask what it allows',
  record: 'auth check-capability',
  args: [{ name: 'CAPABILITY', required: true, text: 'JSON, @file, or - for stdin' }],
  flags: {
    can: {
      value: 'OPERATION',
      text: 'Ask whether this is allowed, as publish; the exit code is 0 for yes and 1 for no',
    },
    on: { value: 'CHANNEL', text: 'On which channel, [meta] or [queue] resource; * for the whole app' },
    'client-id': { value: 'ID', text: 'The client ID of the token; "none" for none: some operations need one' },
    'key-capability': {
      value: 'JSON',
      text: 'What the key may do, outside of which nothing is allowed: JSON, @file, or -',
    },
  },
  examples: [
    ['Every problem', `check-capability '{"chat*":["publsh"]}'`],
    ['Is it allowed, and why?', `check-capability '{"chat:*":["publish"]}' --can publish --on chat:42`],
    ['From a file', 'check-capability @capability.json'],
  ],
  run,
};

async function run({ values, positionals, output, input }) {
  const { can, on } = values;
  if ((can === undefined) !== (on === undefined))
    throw misuse('--can and --on belong together', 'As in --can publish --on chat:42.');
  const text = await input.text('the capability', positionals[0]);
  const given = values['key-capability'];
  const context = {
    ...(values['client-id'] !== undefined && {
      clientId: values['client-id'].toLowerCase() === 'none' ? null : values['client-id'],
    }),
    ...(given !== undefined && { keyCapability: await input.text('--key-capability', given) }),
  };
  const report = checkCapability(text, context);
  if (can === undefined) return showReport(output, text, report);
  if (report.issues.some(({ code }) => code === 'not-a-capability')) throw unfit(text, report);
  const explanations = [explainCapability(text, can, on)];
  if (context.keyCapability !== undefined) explanations.push(explainCapability(context.keyCapability, can, on));
  // The first that says no decides.
  const explanation = explanations.find(({ allowed }) => !allowed) ?? explanations[0];
  const ofKey = explanation === explanations[1] ? 'By the key: ' : '';
  if (output.json !== undefined) output.result({ permission: explanation });
  else {
    output.print(
      `${explanation.allowed ? output.paint('green', '✓') : output.paint('red', '✗')} ${ofKey}${explanation.message}`,
    );
    const mark = issueMarker(text);
    for (const issue of report.issues) if (issue.severity !== 'info') warnOf(output, mark, issue);
  }
  return explanation.allowed ? 0 : 1;
}

function showReport(output, text, report) {
  const exitCode = report.ok ? 0 : 1;
  if (output.json !== undefined) {
    output.result({ capability: report });
    return exitCode;
  }
  const mark = issueMarker(text);
  for (const issue of report.issues) {
    const colour = { error: 'red', warning: 'yellow', info: 'dim' }[issue.severity];
    output.print(`${output.paint(colour, `${issue.severity}:`)} ${sentence(issue)}`);
    for (const line of mark(issue)) output.print(line);
  }
  if (report.ok) output.print(`${output.paint('green', '✓')} A token can be issued with it.`);
  if (report.canonical !== undefined) output.field('Capability', report.canonical);
  return exitCode;
}
