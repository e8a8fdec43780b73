// Examines the key and the channel's rule at the Control API, with an access token.
import { createControlClient } from '../api.js';
import { explainNamed } from '../feature.js';
import { examineNarrowing, examineRights } from './rights.js';

const MAX_REVOCABLE_TTL_SECONDS = 3600;
const NEEDS_MUTABLE = /^(?:message-(?:update|delete)-|annotation-)/;
/** Chat keeps what its rooms need by itself. */
const PRODUCT_TAG = /::\$\w+$/;

/**
 * @param {{ keyName: string, capability?: string, clientId?: string | null, ttlSeconds?: number }} facts of the token
 * @param {import('./rights.js').Wanted} wanted, or an empty object
 * @returns {Promise<boolean>} whether the rights have been examined
 */
export async function examineAccount(report, facts, wanted, { accessToken, network }) {
  const control = createControlClient({ accessToken, ...network });
  const [appId] = facts.keyName.split('.');
  const key = await examineKey(report, facts, () => control.keys.list(appId));
  if (key === undefined) return false;
  if (wanted.channel === undefined) examineNarrowing(report, facts, key.capability);
  else {
    examineRights(report, facts, wanted, key.capability);
    await examineRule(report, facts, wanted, () => control.namespaces.list(appId));
  }
  return true;
}

async function examineKey(report, { keyName, ttlSeconds }, listKeys) {
  const keys = await allowed(report, 'key', listKeys);
  if (keys === undefined) return undefined;
  const key = keys.find((one) => one.keyName === keyName);
  if (key === undefined) {
    report.fail('key', `the app has no key ${keyName}`, 'Sign with a key of this app that exists.');
    return undefined;
  }
  if (!key.enabled) {
    report.fail('key', `the key ${keyName} is revoked`, 'Deploy a new key.');
    return undefined;
  }
  report.pass('key', `the key ${keyName} is enabled${key.revocableTokens ? ', and its tokens can be revoked' : ''}`);
  if (key.revocableTokens && ttlSeconds > MAX_REVOCABLE_TTL_SECONDS)
    report.fail(
      'lifetime',
      `the token lives for ${ttlSeconds} s, and the key has revocable tokens`,
      `Let tokens of this key live for ${MAX_REVOCABLE_TTL_SECONDS} s at most.`,
    );
  if (!key.revocableTokens) report.note('key', `tokens of the key ${keyName} cannot be revoked`);
  return key;
}

async function examineRule(report, { clientId }, wanted, listNamespaces) {
  const name = wanted.channel.replace(/^\[.*?\]/, '').split(':')[0];
  if (PRODUCT_TAG.test(wanted.channel)) return;
  const namespaces = await allowed(report, 'rule', listNamespaces);
  if (namespaces === undefined) return;
  const rule = namespaces.find(({ id }) => id === name);
  const what = wanted.feature?.text ?? wanted.can;
  const missing = rulesFor(wanted, name).find(([field]) => rule?.[field] !== true);
  if (missing !== undefined) {
    const [, label, flag, remark = ''] = missing;
    report.fail(
      'rule',
      `${what} needs the rule "${label}" on the namespace ${name}${flag === MUTABLE_FLAG ? ' (93002)' : ''}`,
      `Run: ably apps rules ${rule === undefined ? 'create' : 'update'} ${name} ${flag}.${remark}`,
    );
  } else if (rule?.authenticated === true && clientId === null)
    report.fail(
      'rule',
      `the namespace ${name} has the rule "identified", and the token has no client id (40161)`,
      'Issue the token with a client id.',
    );
  else report.pass('rule', `the rules of the namespace ${name} allow it`);
}

const MUTABLE_FLAG = '--mutable-messages';
/** By the field of a namespace: what the dashboard calls it, the flag of Ably's command line, and a remark. */
const RULES = [
  ['mutableMessages', 'mutable messages', MUTABLE_FLAG, ' It persists messages, which is billed.'],
  ['pushEnabled', 'push notifications', '--push-enabled'],
];

/** The rules that an operation or a feature needs. */
function rulesFor({ channel, can, feature }, namespace) {
  if (feature === undefined)
    return RULES.filter(([field]) => (field === 'mutableMessages' ? NEEDS_MUTABLE : /^push-/).test(can));
  const without = (field) =>
    explainNamed({ '[*]*': ['*'] }, feature, channel, {
      rules: { [namespace]: Object.fromEntries(RULES.map(([other]) => [other, other !== field])) },
    });
  return RULES.filter(([field]) => without(field).diagnostics.some(({ code }) => code === 'rule-missing'));
}

/** What the Control API does not answer is not a fault of the endpoint, and the other checks still count. */
async function allowed(report, check, call) {
  try {
    return await call();
  } catch (error) {
    if (error.name !== 'AblyAuthError' || error.kind === 'aborted') throw error;
    report.note(check, `not checked: ${error.message}`);
    return undefined;
  }
}
