// The flags by which check-capability and verify-token are asked whether something is allowed.
import { checkCapability } from './api.js';
import { unfit } from './capability-report.js';
import { misuse } from './failure.js';
import { OPERATIONS } from './operations.js';
import { echoed } from './redact.js';

/** An operation for --can, which completion offers. */
export const CAN_FLAG = { value: 'OPERATION', completes: OPERATIONS };
/** A capability as JSON, which completion offers files for. */
export const KEY_CAPABILITY_FLAG = {
  'key-capability': {
    value: 'JSON',
    text: 'The capability of the key, which limits that of the token: JSON, @file, or -',
  },
};

export function bothOrNeither({ can, on }) {
  if ((can === undefined) === (on === undefined)) return;
  const [given, missing] = can === undefined ? ['on', 'can'] : ['can', 'on'];
  throw misuse(`--${given} is given without --${missing}`, 'Use both, as in --can publish --on chat:42.');
}

/** Refuses an operation that does not exist: every answer about it would be no. */
export function checkOperation(operation) {
  // An action of Ably's APIs, such as message.get: the answer itself says if it is unknown.
  if (operation.includes('.') || operation === 'time') return;
  const { diagnostics } = checkCapability({ channel: [operation] });
  const unknown = diagnostics.find(({ severity }) => severity === 'error');
  if (unknown === undefined) return;
  const { suggestion } = unknown;
  throw misuse(
    `Unknown operation for --can: ${JSON.stringify(echoed(operation))}`,
    /^[a-z-]+$/.test(suggestion ?? '')
      ? `Did you mean --can ${suggestion}?`
      : `Use one of ${OPERATIONS.join(', ')}. Ask about one operation at a time.`,
  );
}

/** Reads --key-capability. A text that is not a capability is refused here, with its correction. */
export async function readKeyCapability(input, given) {
  const text = await input.text('--key-capability', given);
  const report = checkCapability(text);
  if (report.diagnostics.some(({ code }) => code === 'not-a-capability'))
    throw unfit(text, report, { flag: '--key-capability', given });
  return text;
}
