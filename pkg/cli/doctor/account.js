// Examines the key and the channel's rule at the Control API, with an access token.
import { createControlClient } from '../api.js';
import { examineNarrowing, examineRights } from './rights.js';

const MAX_REVOCABLE_TTL_SECONDS = 3600;
const NEEDS_MUTABLE = /^(?:message-(?:update|delete)-|annotation-)/;
/** Chat keeps what its rooms need by itself. */
const PRODUCT_TAG = /::\$\w+$/;

/**
 * @param {{ keyName: string, capability?: string, clientId?: string, ttlSeconds?: number }} facts of the token
 * @param {{ channel?: string, can?: string }} wanted
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

async function examineRule(report, { clientId }, { channel, can }, listNamespaces) {
  if (PRODUCT_TAG.test(channel)) return;
  const name = channel.replace(/^\[.*?\]/, '').split(':')[0];
  const namespaces = await allowed(report, 'rule', listNamespaces);
  if (namespaces === undefined) return;
  const rule = namespaces.find(({ id }) => id === name);
  if (NEEDS_MUTABLE.test(can) && rule?.mutableMessages !== true)
    report.fail(
      'rule',
      `${can} needs the rule "mutable messages" on the namespace ${name} (93002)`,
      `Run: ably apps rules ${rule === undefined ? 'create' : 'update'} ${name} --mutable-messages. It persists messages, which is billed.`,
    );
  else if (/^push-/.test(can) && rule?.pushEnabled !== true)
    report.fail(
      'rule',
      `${can} needs the rule "push notifications" on the namespace ${name}`,
      `Run: ably apps rules ${rule === undefined ? 'create' : 'update'} ${name} --push-enabled.`,
    );
  else if (rule?.authenticated === true && clientId === undefined)
    report.fail(
      'rule',
      `the namespace ${name} has the rule "identified", and the token has no client id (40161)`,
      'Issue the token with a client id.',
    );
  else report.pass('rule', `the rules of the namespace ${name} allow it`);
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
