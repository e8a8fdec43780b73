// The contents of a matrix cell: whether a token from this form allows an operation on a channel.
import { checkCapability, explainCapability, intersectCapabilities, parseCapability } from '../pkg/lib/capability.js';
import { AblyAuthError } from '../pkg/lib/error.js';

export const MARKS = { yes: '✓', no: '·', key: '⊘', client: '?', maybe: '~' };
export const WORDS = { yes: 'Yes', no: 'No', key: 'No', client: 'Not without a client id', maybe: 'Uncertain' };

/** Whether an operation has no effect for a token without a client id. The module decides. */
const needsClient = new Map();
function doesNothingUnidentified(operation) {
  if (!needsClient.has(operation))
    needsClient.set(
      operation,
      checkCapability({ '*': [operation] }, { clientId: null }).diagnostics.some(
        ({ code }) => code === 'needs-client-id',
      ),
    );
  return needsClient.get(operation);
}

/**
 * @param {{ capability: string, keyCapability?: string, clientId?: string | null }} asked
 * @returns the cells of the capability, or the error that prevents them
 */
export function readCells({ capability, keyCapability, clientId }) {
  try {
    const claim = parseCapability(capability);
    return { ...judge(claim, keyCapability, clientId), error: undefined };
  } catch (error) {
    if (error instanceof AblyAuthError) return { error };
    throw error;
  }
}

function judge(claim, keyCapability, clientId) {
  const key = keyCapability === undefined ? undefined : parseCapability(keyCapability);
  const left = key && narrowed(key, claim);
  const verdict = (operation, channel) => {
    if (!claim.allows(operation, channel)) return 'no';
    if (key && !left?.allows(operation, channel)) return 'key';
    if (clientId === null && doesNothingUnidentified(operation)) return 'client';
    return 'yes';
  };
  const explain = (operation, channel) => {
    const state = verdict(operation, channel);
    const { message, because } = claim.explain(operation, channel);
    const also = because.slice(1).map(({ reason }) => `also: ${reason}`);
    if (state === 'key')
      return {
        state,
        message: `the token's capability allows it, but the key's does not: ${explainCapability(left?.canonical ?? key.canonical, operation, channel).message}`,
        also,
      };
    if (state === 'client')
      return { state, message: `${message}, but it has no effect for a token without a client id`, also };
    return { state, message, also };
  };
  return { verdict, explain };
}

const NOTHING_LEFT = 40160;

/** The claim intersected with the key's capability; undefined if the key grants none of it. */
function narrowed(key, claim) {
  try {
    return parseCapability(intersectCapabilities(key.canonical, claim.canonical));
  } catch (error) {
    // Any other error means that the intersection cannot be computed.
    if (error instanceof AblyAuthError && error.code === NOTHING_LEFT) return undefined;
    throw error;
  }
}
