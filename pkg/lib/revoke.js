// revokeTokens.
import { AblyAuthError } from './error.js';
import { NETWORK_OPTIONS, SOURCE_OPTIONS, readNetwork, readSource, send, serverTime } from './input/network-options.js';
import { crossing, kindOf, readOptions, refuse, time } from './input/options.js';

const OPTIONS = new Set([
  ...SOURCE_OPTIONS,
  ...NETWORK_OPTIONS,
  'clientId',
  'revocationKey',
  'targets',
  'issuedBefore',
  'allowReauthMargin',
  'concurrency',
  'onProgress',
]);
const KINDS = ['clientId', 'revocationKey', 'targets'];

export async function revokeTokens(options) {
  const given = readOptions(options, OPTIONS);
  const source = readSource(given);
  const network = readNetwork(given);
  const { issuedBefore, allowReauthMargin, concurrency, onProgress } = given;
  if (allowReauthMargin !== undefined && typeof allowReauthMargin !== 'boolean')
    throw refuse('allowReauthMargin', kindOf(allowReauthMargin), 'true or false');
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 32))
    throw refuse(
      'concurrency',
      typeof concurrency === 'number' ? String(concurrency) : kindOf(concurrency),
      'a whole number from 1 to 32',
    );
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw refuse('onProgress', kindOf(onProgress), 'a function');
  const targets = readTargets(given);
  const fields = {
    ...source,
    targets,
    issuedBefore: issuedBefore === undefined ? undefined : time(issuedBefore, 'issuedBefore'),
    allowReauthMargin: allowReauthMargin === true,
    concurrency,
  };
  const { keyNames, results, errors, error } = JSON.parse(await send('revokeTokens', network, fields, onProgress));
  const failures = errors.map((fields) => new AblyAuthError(fields));
  for (const [index, result] of results.entries()) {
    const { error, ...outcome } = result;
    results[index] = {
      keyName: keyNames[Math.floor(index / targets.length)],
      target: targets[index % targets.length],
      ...outcome,
    };
    if (error !== undefined) results[index].error = failures[error];
  }
  const failureCount = results.filter((result) => result.error !== undefined).length;
  const report = { keyNames, successCount: results.length - failureCount, failureCount, results };
  if (error === undefined) return report;
  throw Object.assign(new AblyAuthError(error), { report });
}

/**
 * The time before which a refresh revokes: the beginning of the second, because `iat` has whole seconds. A client renews
 * within milliseconds, and its new token must not fall with the old one. By the earlier of Ably's clock and this machine's,
 * because tokens have the time of the one and Ably refuses what is in the future of the other.
 */
export async function refreshCutOff(options) {
  return Math.floor(Math.min(Date.now(), await serverTime(readNetwork(options))) / 1000) * 1000;
}

/** The targets in the form `type:value`. */
function readTargets(options) {
  const given = KINDS.filter((kind) => options[kind] !== undefined);
  if (given.length === 0) throw refuse('targets', 'undefined, as are clientId and revocationKey', 'one of the three');
  if (given.length > 1)
    throw refuse(given[1], `given together with ${given[0]}`, 'only one of the two, or both in targets');
  const [kind] = given;
  const value = options[kind];
  if (kind === 'targets') {
    if (!Array.isArray(value)) throw refuse('targets', kindOf(value), 'a list');
    return bounded(value, target);
  }
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw refuse(kind, 'empty', 'at least one');
  return bounded(
    values,
    (one, index) => `${kind}:${targetValue(kind, values === value ? `${kind}[${index}]` : kind, one)}`,
  );
}

const MAX_TARGETS = 100_000;
const MAX_CHARACTERS = 16 * 1024 * 1024;

function bounded(values, read) {
  const refuse = (found) => {
    const remediation = 'revoke them in several calls';
    return new AblyAuthError({ kind: 'usage', message: `there are ${found}`, path: 'targets', remediation });
  };
  if (values.length > MAX_TARGETS) throw refuse(`${values.length} targets, more than the maximum of 100,000`);
  let characters = 0;
  return Array.from(values, (value, index) => {
    const text = read(value, index);
    characters += text.length;
    if (characters > MAX_CHARACTERS) throw refuse('more than 16 million characters in the targets');
    return text;
  });
}

const TYPES = ['clientId', 'revocationKey', 'channel'];

function target(value, index) {
  const path = `targets[${index}]`;
  if (typeof value === 'string') return filled(path, value);
  if (typeof value !== 'object' || value === null)
    throw refuse(path, kindOf(value), 'a string such as "clientId:ada", or { type, value }');
  const { type, value: whose } = value;
  if (!TYPES.includes(type)) throw refuse(`${path}.type`, 'not a known type', 'clientId, revocationKey or channel');
  return `${type}:${targetValue(type, `${path}.value`, whose)}`;
}

/**
 * Refuses a value that repeats its type: no id begins like that, so the revocation would have no effect. The name of a
 * channel may.
 */
export function targetValue(type, path, given) {
  const text = filled(path, given);
  if (type === 'channel' || !text.startsWith(`${type}:`)) return text;
  throw refuse(
    path,
    `a whole target, because it begins with "${type}:"`,
    `only the text after the colon, or targets: ["${type}:${type}:…"] if the value really begins like that`,
  );
}

function filled(path, value) {
  const text = crossing(path, value);
  if (text === '') throw refuse(path, 'an empty string', 'a value to revoke tokens by');
  return text;
}
