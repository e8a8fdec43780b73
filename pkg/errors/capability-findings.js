// What the capability of a token shows of the reasons for an error.

/** Codes that say which operation was missing, though the error does not. */
export const OPERATION_OF = {
  40024: 'object-subscribe',
  90001: undefined,
  90009: 'subscribe',
  91004: 'presence',
  91008: 'subscribe',
  93001: 'annotation-subscribe',
  102101: undefined,
  104001: 'subscribe',
  104003: 'publish',
  104011: 'history',
};

/** Chat and Spaces put the name of the room or space before such a tag. A resource with the bare name covers it. */
const PRODUCT_TAG = /::\$(?:chat|space|cursors)$/;

export function capabilityFindings({ code, decoded, channel, keyCapability, module, ...context }) {
  const operation = context.operation ?? OPERATION_OF[code];
  const { capability } = decoded;
  if (decoded.diagnostics.some(({ code: name }) => name === 'object-capability'))
    return [
      {
        message: 'the capability of the token is an object, where Ably expects JSON text',
        remediation: 'write it with JSON.stringify',
      },
    ];
  if (capability === undefined)
    return keyFindings({ ...context, operation, channel, keyCapability, module }, 'the token has no capability');
  if (channel === undefined || operation === undefined) return [{ message: `the token grants ${granted(capability)}` }];
  const explanation = explain(module, capability, operation, channel);
  if (explanation.allowed)
    return keyFindings(
      { operation, channel, keyCapability, module },
      `the token allows ${operation} on ${channel}`,
      code === 40165 ? 'Request the mode of the operation when the channel is attached.' : undefined,
    );
  // The suggestion is an operation for this entry, or the resource of another entry.
  const [{ entry, suggestion = channel } = {}] = explanation.because;
  return [
    {
      message: explanation.message,
      remediation:
        suggestion === operation
          ? `grant ${operation} on ${entry}`
          : `issue a token with ${JSON.stringify({ [suggestion]: [operation] })}`,
    },
  ];
}

/** The token is not the reason, so its key is, or the client uses another token. */
function keyFindings({ operation, channel, keyCapability, module }, message, remediation) {
  if (remediation !== undefined) return [{ message, remediation }];
  if (keyCapability === undefined || operation === undefined || channel === undefined)
    return [
      {
        message: `${message}, so the capability of its key does not cover this, or the client uses an older token`,
        remediation: "check the capability of the key (keyCapability), and the client's token",
      },
    ];
  const explanation = explain(module, keyCapability, operation, channel);
  return explanation.allowed
    ? [
        {
          message: `${message}, and so does its key`,
          remediation: 'let the client get a new token: an old one keeps its rights',
        },
      ]
    : [{ message: `the key does not allow it: ${explanation.message}`, remediation: "widen the key's capability" }];
}

function explain(module, capability, operation, channel) {
  const explanation = module.explainCapability(capability, operation, channel);
  if (explanation.allowed || !PRODUCT_TAG.test(channel)) return explanation;
  const ofProduct = module.explainCapability(capability, operation, channel.replace(PRODUCT_TAG, ''));
  return ofProduct.allowed ? ofProduct : explanation;
}

const MAX_LISTED = 5;

function granted(capability) {
  const entries = Object.entries(JSON.parse(capability));
  const listed = entries
    .slice(0, MAX_LISTED)
    .map(([resource, operations]) => `${operations.join(', ')} on ${resource}`);
  const more = entries.length - listed.length;
  return [...listed, ...(more > 0 ? [`and more on ${more} further resource${more === 1 ? '' : 's'}`] : [])].join('; ');
}
