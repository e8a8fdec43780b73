// createAccess: kicks, bans and refreshes clients. A ban keeps a client from new tokens, a revocation ends the old ones.
import { AblyAuthError } from '../lib/error.js';
import { kindOf, readOptions, refuse, time } from '../lib/input/options.js';
import { readNetwork } from '../lib/input/network-options.js';
import { refreshCutOff, revokeTokens, targetValue } from '../lib/revoke.js';
import { createBans } from './bans.js';
import { createRevocations } from './revocations.js';
import { readSourceNow } from './source.js';
import { STORE_OPTIONS, bounded, readStoreOptions } from './store-options.js';

const OPTIONS = new Set(['source', 'store', 'revocations', ...STORE_OPTIONS]);
const TYPES = ['clientId', 'revocationKey', 'channel'];
const TARGET = new Set(TYPES);
const BAN = new Set([...TYPES, 'forSeconds']);
const CHECK = new Set(['now']);
/** Ten years. */
const MAX_SECONDS = 315_360_000;
const KICK_SECONDS = 600;
const NOT_DONE = { done: false };

/** The bans of each object that createAccess made. */
const made = new WeakMap();

/** What the token endpoint asks. */
export function bansOf(access) {
  const bans = made.get(access);
  if (bans === undefined) throw refuse('access', kindOf(access), 'the result of createAccess');
  return bans;
}

export function createAccess(options) {
  const { source: given, store, revocations: own, ...others } = readOptions(options, OPTIONS);
  const source = readSourceNow(given);
  const network = readNetwork(source.signing);
  for (const name of ['get', 'put', 'list'])
    if (typeof store?.[name] !== 'function')
      throw refuse(
        'store',
        typeof store === 'object' && store !== null ? `an object without ${name}` : kindOf(store),
        'one of ably-edge-auth/stores, or an object with get, put and list',
      );
  const { onUnavailable, cacheMs, timeoutMs } = readStoreOptions(others);
  const revocations = own ?? createRevocations(store, others);
  for (const name of ['record', 'check'])
    if (typeof revocations[name] !== 'function')
      throw refuse('revocations', kindOf(own), 'the result of createRevocations');
  const bans = createBans(store, { cacheMs, timeoutMs, onUnavailable });

  /** Tells Ably to revoke the tokens of every key. Resolves to the results, also if some failed. */
  async function revoke(target, more) {
    const { signing, keys } = source;
    const { accessToken, app, keyName, ...others } = signing;
    const sources = accessToken === undefined ? keys.map((key) => ({ key })) : [{ accessToken, app, keyName }];
    const answers = await Promise.all(
      sources.map(({ ...one }) =>
        revokeTokens({ ...others, key: undefined, ...one, targets: [target], ...more }).then(
          ({ results }) => ({ results }),
          (error) => ({ results: error.report?.results ?? [], error }),
        ),
      ),
    );
    const results = answers.flatMap((answer) => answer.results);
    return { results, error: answers.find(({ error }) => error)?.error ?? results.find(({ error }) => error)?.error };
  }

  /** Tells Ably and records what it revoked, and puts the outcome of both into the report. */
  async function end(report, more, alsoRecord = () => {}) {
    const { results, error } = await revoke(report.target, more);
    const revoked = results.filter((result) => result.error === undefined);
    report.ably = { done: error === undefined, results, ...(error && { error }) };
    if (revoked.length > 0) {
      try {
        await revocations.record({ results: revoked });
        await alsoRecord(Math.max(...revoked.map(({ issuedBefore }) => issuedBefore)));
        report.record = { done: true };
      } catch (failure) {
        report.record = { done: false, error: failure };
      }
    }
    if (error !== undefined) throw failed('Ably did not revoke the tokens', error, report);
    if (!report.record.done) throw failed('the revocation could not be recorded', report.record.error, report);
    return report;
  }

  async function kick(options) {
    const { forSeconds, target } = readBan(options, KICK_SECONDS);
    const report = { target, ban: NOT_DONE, ably: NOT_DONE, record: NOT_DONE };
    try {
      report.ban = { done: true, until: await bans.ban(target, forSeconds * 1000) };
    } catch (error) {
      report.ban = { done: false, error };
      // Without the ban the client would come back at once.
      throw failed('the ban could not be recorded, so nothing was revoked', error, report);
    }
    return end(report, {}, (issuedBefore) => bans.cutOff(target, issuedBefore));
  }

  async function refresh(options) {
    const target = readTarget(readOptions(options, TARGET));
    const report = { target, ably: NOT_DONE, record: NOT_DONE };
    let issuedBefore;
    try {
      issuedBefore = await refreshCutOff(network);
    } catch (error) {
      report.ably = { done: false, results: [], error };
      throw failed('Ably did not tell the time', error, report);
    }
    return end(report, { issuedBefore, allowReauthMargin: true });
  }

  async function check(verified, options = {}) {
    const { now } = readOptions(options, CHECK);
    const at = time(now);
    const { isBanned, hasBannedChannel } = await bans.judge(verified, at);
    if (isBanned) throw banned('this client is banned');
    // First, because a client can renew a revoked token.
    await revocations.check(verified, { now: at });
    if (hasBannedChannel) throw banned('a channel of this token is banned');
  }

  const access = Object.freeze({
    kick,
    refresh,
    check,
    async ban(options) {
      const { forSeconds, target } = readBan(options, MAX_SECONDS);
      await bans.ban(target, forSeconds * 1000);
    },
    unban: async (options) => bans.unban(readTarget(readOptions(options, TARGET))),
    isBanned: async (options) => bans.isBanned(readTarget(readOptions(options, TARGET))),
    async list() {
      return (await bans.list()).map(({ target, ...ban }) => ({ target: parts(target), ...ban }));
    },
    stalenessSeconds: (store.stalenessSeconds ?? 0) + cacheMs / 1000,
  });
  made.set(access, bans);
  return access;
}

function readBan(options, otherwise) {
  const { forSeconds, ...target } = readOptions(options, BAN);
  return { forSeconds: bounded('forSeconds', forSeconds ?? otherwise, 1, MAX_SECONDS), target: readTarget(target) };
}

/** The target in the form `type:value`. */
function readTarget(options) {
  const [type, second] = TYPES.filter((name) => options[name] !== undefined);
  if (type === undefined) throw refuse('clientId', 'undefined, as are revocationKey and channel', 'one of the three');
  if (second !== undefined) throw refuse(second, `given together with ${type}`, 'only one of the two');
  return `${type}:${targetValue(type, type, options[type])}`;
}

/** @returns {any} the target as the option that names it */
function parts(target) {
  const at = target.indexOf(':');
  return { [target.slice(0, at)]: target.slice(at + 1) };
}

function banned(message) {
  return new AblyAuthError({ kind: 'forbidden', code: 40300, statusCode: 403, message, path: 'token' });
}

/** The error of a part, with the outcome of all parts. Repeating the call does what is missing. */
function failed(message, cause, report) {
  const { kind = 'service', code = 50003, statusCode = 503 } = cause instanceof AblyAuthError ? cause : {};
  const reason = cause instanceof AblyAuthError ? `: ${cause.message}` : '';
  const remediation = [cause?.remediation, 'call it again once the cause is mended: each part can be repeated']
    .filter(Boolean)
    .join('; ');
  const error = new AblyAuthError({ kind, code, statusCode, message: message + reason, remediation, cause });
  return Object.assign(error, { report });
}
