// Stores by script, and tokens and entries for the tests of createRevocations.
import { KEY, KEY_NAME } from './tokens.mjs';

/** Keeps everything, counts what it is asked, and fails or waits when told to. */
export function scripted(script = {}) {
  const kept = new Map();
  const asked = [];
  return {
    kept,
    asked,
    script,
    itemsPerPut: script.itemsPerPut,
    stalenessSeconds: script.stalenessSeconds,
    async get(ids) {
      asked.push(ids);
      if (script.down) throw new Error('the store is at 10.0.0.7');
      if (script.hangs) return new Promise(() => {});
      if (script.answer) return script.answer(ids);
      return ids.map((id) => kept.get(id));
    },
    async put(items) {
      if (script.full?.(items)) throw new Error('full');
      const refused = items.filter(({ id }) => script.refuses?.(id));
      for (const { id, entries } of items)
        if (!script.refuses?.(id)) kept.set(id, [...(kept.get(id) ?? []), ...entries]);
      return refused.map(({ id }) => id);
    },
  };
}

export const REVOKED = { kind: 'revoked', code: 40141, statusCode: 401 };

export const entry = (target, change) => ({
  keyName: KEY_NAME,
  target,
  issuedBefore: Date.now(),
  appliesAt: Date.now(),
  ...change,
});
export const report = (...entries) => ({ results: entries });

export const KEY_CAPABILITY = { '[*]*': ['*'] };

/** An issuer, and tokens of it that were issued 10 s ago and verified. */
export function tokensOf({ createIssuer, verifyJwt }) {
  const issuer = createIssuer({ key: KEY, capability: { 'chat:*': ['publish'], news: ['subscribe'] } });
  const verified = (options) =>
    verifyJwt(issuer.token({ now: Date.now() - 10_000, ...options }), { key: KEY, keyCapability: KEY_CAPABILITY });
  return { issuer, verified };
}
