// explain-error: the meaning of an error code or message, and with a token the reason for it.
import { decodeJwt, explainCapability } from './api.js';
import { CAN_FLAG, checkOperation, KEY_CAPABILITY_FLAG, readKeyCapability } from './can.js';
import { explainerWith } from '../errors/explain.js';

const explainError = explainerWith({ decodeJwt, explainCapability });

export const command = {
  summary: 'Explain an Ably error, and with a token the reason for it',
  args: [{ name: 'ERROR', required: true, text: 'The code, the message or the JSON of the error, or - for stdin' }],
  flags: {
    token: { value: 'TOKEN', text: "The client's token, or - to read it from stdin. Defaults to ABLY_TOKEN" },
    channel: { value: 'CHANNEL', text: 'The channel of the refused operation' },
    can: { ...CAN_FLAG, text: 'The refused operation, such as publish' },
    ...KEY_CAPABILITY_FLAG,
  },
  examples: [
    ['By its code', 'explain-error 40160'],
    ['By its message', 'explain-error "operation not permitted with provided capability"'],
    ['With the token in ABLY_TOKEN', 'explain-error 40160 --channel chat:42 --can publish'],
  ],
  run,
};

async function run({ values, positionals, env, output, input }) {
  if (values.can !== undefined) checkOperation(values.can);
  const given = values.token === undefined ? env.ABLY_TOKEN : await input.value('--token', values.token);
  output.hide(given);
  const token = given?.trim() || undefined;
  const ofKey = values['key-capability'];
  const keyCapability = ofKey === undefined ? undefined : await readKeyCapability(input, ofKey);
  const error = await input.value('the error', positionals[0]);
  const explanation = explainError(error, { token, channel: values.channel, operation: values.can, keyCapability });
  if (output.json !== undefined) output.result({ explanation });
  else show(output, explanation);
  return explanation.causes.length > 0 ? 0 : 1;
}

function show(output, { code, statusCode, meaning, here = [], causes, remediation, href, cause }) {
  const status = statusCode === undefined ? '' : ` (status ${statusCode})`;
  output.print(code === undefined ? `${meaning}.` : `${output.paint('red', `${code}${status}:`)} ${meaning}.`);
  for (const finding of here) {
    output.field('Here', finding.message);
    if (finding.remediation !== undefined) output.print(`  ${finding.remediation}`);
  }
  if (causes.length > 0) output.print(output.paint('dim', 'Causes, the most likely first:'));
  for (const one of causes) output.print(`  - ${one}`);
  output.field('Remediation', remediation);
  if (href !== undefined) output.field('More', href);
  if (cause !== undefined) {
    output.print('');
    output.print('It is caused by');
    show(output, cause);
  }
}
