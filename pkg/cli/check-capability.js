// check-capability: reports every problem in a capability, or explains whether it allows an operation or a feature.
import { correction, diagnosticMarker, sentence, unfit, warnOf } from './capability-report.js';
import { misuse } from './failure.js';
import { checkCapability, explainCapability } from './api.js';
import { CAN_FLAG, checkOperation, KEY_CAPABILITY_FLAG, readKeyCapability } from './can.js';

/** Flags that say where something is done; all but `on` take the features of a product. */
const PLACES = ['on', 'chat-room', 'space', 'ai-conversation'];

export const command = {
  summary: 'Check a capability for errors, or whether it allows an operation',
  record: 'auth check-capability',
  args: [{ name: 'CAPABILITY', required: true, text: 'The capability: JSON, @file, or - for stdin' }],
  flags: {
    can: {
      ...CAN_FLAG,
      completesWith: ['chat-room', 'space', 'ai-conversation'],
      text: 'Check whether this operation or feature is allowed, such as publish or typing. The exit code is 0 if it is, 1 if not',
    },
    on: { value: 'CHANNEL', text: 'The channel, [meta] or [queue] resource for --can, or * for the whole app' },
    'chat-room': { value: 'ROOM', text: 'The Chat room for --can, which is then a feature of a room' },
    space: { value: 'SPACE', text: 'The space for --can, which is then a feature of a space' },
    'ai-conversation': {
      value: 'NAME',
      text: 'The AI Transport conversation for --can, which is then a feature of a conversation',
    },
    'client-id': {
      value: 'ID',
      text: 'The client ID of the token, which some operations require. Use "none" for a token without one',
    },
    ...KEY_CAPABILITY_FLAG,
  },
  examples: [
    ['Report every problem', `check-capability '{"chat*":["publsh"]}'`],
    ['Check whether an operation is allowed', `check-capability '{"chat:*":["publish"]}' --can publish --on chat:42`],
    [
      'Check whether a feature of a Chat room is allowed',
      `check-capability '{"support:*":["publish"]}' --can typing --chat-room support:7`,
    ],
    ['From a file', 'check-capability @capability.json'],
  ],
  exclusive: [PLACES],
  takesFeatures: true,
  run,
};

async function run({ values, positionals, output, input }) {
  const { can } = values;
  const place = PLACES.find((flag) => values[flag] !== undefined);
  if ((can === undefined) !== (place === undefined))
    throw misuse(
      can === undefined ? `--${place} is given without --can` : '--can is given without --on',
      'Use both, as in --can publish --on chat:42 or --can typing --chat-room support:7.',
    );
  if (place === 'on') checkOperation(can);
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
  const explanation =
    place === 'on'
      ? explainOperation(text, values, context)
      : await explainFeature(text, { flag: place, name: values[place], feature: can }, context);
  return showAnswer(output, text, report, explanation);
}

function explainOperation(text, { can, on }, { keyCapability, ...context }) {
  const explanation = explainCapability(text, can, on, context);
  if (!explanation.allowed || keyCapability === undefined) return explanation;
  const ofKey = explainCapability(keyCapability, can, on);
  return ofKey.allowed ? explanation : { ...ofKey, message: `Key capability: ${ofKey.message}` };
}

async function explainFeature(...question) {
  const { explain } = await import('./products.js');
  return explain(...question);
}

const SIGNS = { allowed: ['green', '✓'], denied: ['red', '✗'], uncertain: ['yellow', '?'] };

function showAnswer(output, text, report, explanation) {
  const { allowed, verdict, certainty, message, diagnostics } = explanation;
  if (output.json !== undefined) output.result({ permission: explanation });
  else {
    output.print(`${output.paint(...SIGNS[verdict])} ${message}`);
    if (certainty === 'inferred') output.field('Certainty', 'inferred, because no document of Ably says it');
    const mark = diagnosticMarker(text);
    const all = [...report.diagnostics.filter(({ severity }) => severity !== 'info'), ...diagnostics];
    const shown = new Set();
    for (const diagnostic of all) {
      // An answer may end with the words of its own diagnostic.
      if (shown.has(diagnostic.message) || message.endsWith(diagnostic.message)) continue;
      shown.add(diagnostic.message);
      warnOf(output, diagnostic.path.startsWith('capability') ? mark : () => [], diagnostic);
    }
  }
  return allowed ? 0 : 1;
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
