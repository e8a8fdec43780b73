// check-capability: reports every problem in a capability, or explains whether it allows an operation.
import { correction, diagnosticMarker, sentence, unfit, warnOf } from './capability-report.js';
import { checkCapability, explainCapability } from './api.js';
import { bothOrNeither, CAN_FLAG, checkOperation, KEY_CAPABILITY_FLAG, readKeyCapability } from './can.js';

export const command = {
  summary: 'Check a capability for errors, or whether it allows an operation',
  record: 'auth check-capability',
  args: [{ name: 'CAPABILITY', required: true, text: 'The capability: JSON, @file, or - for stdin' }],
  flags: {
    can: {
      ...CAN_FLAG,
      text: 'Check whether this operation is allowed, such as publish. The exit code is 0 if it is, 1 if not',
    },
    on: { value: 'CHANNEL', text: 'The channel, [meta] or [queue] resource for --can, or * for the whole app' },
    'client-id': {
      value: 'ID',
      text: 'The client ID of the token, which some operations require. Use "none" for a token without one',
    },
    ...KEY_CAPABILITY_FLAG,
  },
  examples: [
    ['Report every problem', `check-capability '{"chat*":["publsh"]}'`],
    ['Check whether an operation is allowed', `check-capability '{"chat:*":["publish"]}' --can publish --on chat:42`],
    ['From a file', 'check-capability @capability.json'],
  ],
  run,
};

async function run({ values, positionals, output, input }) {
  const { can, on } = values;
  bothOrNeither({ can, on });
  if (can !== undefined) checkOperation(can);
  const source = { given: positionals[0] };
  const text = await input.text('the capability', source.given);
  const given = values['key-capability'];
  const context = {
    ...(values['client-id'] !== undefined && {
      clientId: values['client-id'].toLowerCase() === 'none' ? null : values['client-id'],
    }),
    ...(given !== undefined && { keyCapability: await readKeyCapability(input, given) }),
  };
  const report = checkCapability(text, context);
  if (can === undefined) return showReport(output, text, report, source);
  if (report.diagnostics.some(({ code }) => code === 'not-a-capability')) throw unfit(text, report, source);
  const explanations = [explainCapability(text, can, on)];
  if (context.keyCapability !== undefined) explanations.push(explainCapability(context.keyCapability, can, on));
  // The first refusal decides.
  const explanation = explanations.find(({ allowed }) => !allowed) ?? explanations[0];
  const ofKey = explanation === explanations[1] ? 'Key capability: ' : '';
  if (output.json !== undefined) output.result({ permission: explanation });
  else {
    output.print(
      `${explanation.allowed ? output.paint('green', '✓') : output.paint('red', '✗')} ${ofKey}${explanation.message}`,
    );
    const mark = diagnosticMarker(text);
    for (const diagnostic of report.diagnostics) if (diagnostic.severity !== 'info') warnOf(output, mark, diagnostic);
  }
  return explanation.allowed ? 0 : 1;
}

function showReport(output, text, report, source) {
  const exitCode = report.ok ? 0 : 1;
  if (output.json !== undefined) {
    output.result({ capability: report });
    return exitCode;
  }
  const mark = diagnosticMarker(text);
  for (const diagnostic of report.diagnostics) {
    const colour = { error: 'red', warning: 'yellow', info: 'dim' }[diagnostic.severity];
    output.print(`${output.paint(colour, `${diagnostic.severity}:`)} ${sentence(diagnostic)}`);
    for (const line of mark(diagnostic)) output.print(line);
  }
  for (const line of correction(report.suggestion, text, source)) output.print(line);
  if (report.ok) output.print(`${output.paint('green', '✓')} The capability is valid.`);
  if (report.canonical !== undefined) output.field('Capability', report.canonical);
  return exitCode;
}
