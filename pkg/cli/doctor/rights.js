// Examines whether a token, and its key, allow an operation on a channel.
import { explainCapability, intersectCapabilities } from '../api.js';
import { needsClientId } from '../needs-client-id.js';

/**
 * @param facts of the token. Its `clientId` is null if it is not known.
 * @param {{ channel: string, can: string }} wanted
 */
export function examineRights(report, { capability, clientId }, { channel, can }, keyCapability) {
  if (capability !== undefined && !examineOne(report, 'rights', 'token', capability, { channel, can })) return;
  if (keyCapability !== undefined && !examineOne(report, 'key-rights', 'key', keyCapability, { channel, can })) return;
  if (capability === undefined && keyCapability === undefined)
    report.note('rights', `it is not known whether ${can} is allowed on ${channel}: the capability cannot be read`);
  if (clientId === undefined && needsClientId(can))
    report.fail('rights', `${can} needs a client id, and the token has none`, 'Issue the token with a client id.');
}

function examineOne(report, check, whose, capability, { channel, can }) {
  const { allowed, message, because } = explainCapability(capability, can, channel);
  if (allowed) {
    report.pass(check, `the ${whose} allows ${can} on ${channel}`);
    return true;
  }
  const [{ suggestion } = {}] = because;
  report.fail(
    check,
    `the ${whose} does not allow it: ${message}`,
    suggestion === undefined ? `Grant ${JSON.stringify({ [channel]: [can] })}.` : `Grant ${suggestion}.`,
  );
  return false;
}

/** Nothing may be left of the token's capability under that of its key. */
export function examineNarrowing(report, { capability }, keyCapability) {
  if (capability === undefined) return;
  try {
    intersectCapabilities(keyCapability, capability);
  } catch (error) {
    if (error.code !== 40160) throw error;
    report.fail('key-rights', error.message, "Widen the key's capability, or sign with another key.");
  }
}
