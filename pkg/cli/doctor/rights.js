// Examines whether a token, and its key, allow an operation on a channel, or a feature of a product.
import { explainCapability, intersectCapabilities } from '../api.js';
import { explainNamed } from '../feature.js';
import { needsClientId } from '../needs-client-id.js';

/**
 * @typedef {{ channel: string, can?: string, feature?: { text: string, place: string, feature: string } }} Wanted with a
 *   feature, `channel` is the name of the room, space or conversation
 * @param {{ capability?: string, clientId?: string | null }} facts of the token: null is a token without a client id
 * @param {Wanted} wanted
 */
export function examineRights(report, { capability, clientId }, wanted, keyCapability) {
  const what = wanted.feature?.text ?? wanted.can;
  if (capability === undefined && keyCapability === undefined)
    report.note(
      'rights',
      `it is not known whether ${what} is allowed on ${wanted.channel}: the capability cannot be read`,
    );
  if (clientId === null && takesClientId(wanted))
    return report.fail(
      'rights',
      `${what} needs a client id, and the token has none`,
      'Issue the token with a client id.',
    );
  if (capability !== undefined && !examineOne(report, 'rights', 'token', capability, wanted)) return undefined;
  if (keyCapability !== undefined) examineOne(report, 'key-rights', 'key', keyCapability, wanted);
  return undefined;
}

function takesClientId({ channel, can, feature }) {
  if (feature === undefined) return needsClientId(can);
  const { diagnostics } = explainNamed({ '[*]*': ['*'] }, feature, channel, { clientId: null });
  return diagnostics.some(({ code }) => code === 'unidentified');
}

function examineOne(report, check, whose, capability, wanted) {
  const { verdict, message, suggestion } = explained(capability, wanted);
  if (verdict === 'allowed') {
    report.pass(check, `the ${whose} allows ${wanted.feature?.text ?? wanted.can} on ${wanted.channel}`);
    return true;
  }
  if (verdict === 'uncertain') {
    report.note(check, message);
    return true;
  }
  report.fail(
    check,
    `the ${whose} does not allow it: ${message}`,
    suggestion === undefined
      ? wanted.feature === undefined
        ? `Grant ${JSON.stringify({ [wanted.channel]: [wanted.can] })}.`
        : `Grant it on ${wanted.channel}.`
      : `Grant ${suggestion}.`,
  );
  return false;
}

function explained(capability, { channel, can, feature }) {
  if (feature === undefined) {
    const explanation = explainCapability(capability, can, channel);
    return { ...explanation, suggestion: explanation.because[0]?.suggestion };
  }
  const explanation = explainNamed(capability, feature, channel);
  const [missing] = explanation.surfaces.filter(({ allowed }) => !allowed);
  return { ...explanation, suggestion: missing?.because[0]?.suggestion };
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
