// Bans in a store: who gets no token, until when.
import { AblyAuthError } from '../lib/error.js';
import { parseCapability } from '../lib/capability.js';
import { mergeRevocations } from '../stores/merge.js';
import { CHANNELS, idOf } from './store-options.js';
import { createReader, inTime } from './store-reader.js';
import { isOfFramework } from './thrown.js';

/** Keeps the ids of bans apart from those of revocations, so that they can be listed. */
const PREFIX = 'ban.';
/** In place of a key's name, because a ban is for all keys. */
const NO_KEY = '';
/** A lifted ban is remembered for at least this long, longer than any store is stale. */
const LIFTED_MS = 3_600_000;
/** How many writes an object remembers. */
const MAX_OWN = 10_000;
/** The longest wait for the second after a cut-off. It allows for clocks that differ. */
const MAX_WAIT_MS = 5000;

export function createBans(store, { cacheMs, timeoutMs, onUnavailable }) {
  const reader = createReader(store, { cacheMs, timeoutMs });
  /** What this object wrote, so that it sees its writes at once, however stale the store is. */
  const own = new Map();

  /** The entries of each id, with what this object wrote. */
  async function read(ids, since) {
    let found;
    try {
      found = await reader.lookUp(ids, since);
    } catch (cause) {
      if (isOfFramework(cause)) throw cause;
      if (onUnavailable === 'refuse') throw failed('the bans could not be looked up', cause);
      found = new Map(ids.map((id) => [id, reader.known(id)?.prepared]));
    }
    return ids.map((id) => (own.has(id) ? mergeRevocations(found.get(id), own.get(id)) : (found.get(id) ?? [])));
  }

  async function find(target, since) {
    const [entries] = await read([idOfTarget(target)], since);
    return entries.find((entry) => entry.target === target);
  }

  /** A store that cannot be read may still be writable, and a ban is urgent. */
  async function findForWrite(target) {
    try {
      return await find(target, Date.now());
    } catch (error) {
      if (isOfFramework(error)) throw error;
      return own.get(idOfTarget(target))?.find((entry) => entry.target === target);
    }
  }

  /** Writes an entry that replaces `found`, even if it was written by a machine whose clock is ahead. */
  async function write(target, found, { bannedUntil, cutOff, keptUntil }) {
    const at = Math.max(Date.now(), (found?.issuedBefore ?? 0) + 1);
    const expiresAt = Math.max(bannedUntil, keptUntil ?? 0, found?.expiresAt ?? 0);
    const entry = { keyName: NO_KEY, target, issuedBefore: at, appliesAt: at, expiresAt, bannedUntil };
    if (cutOff > 0) entry.cutOff = cutOff;
    const id = idOfTarget(target);
    let refused;
    try {
      refused = (await inTime(store.put([{ id, entries: [entry], expiresAt }]), timeoutMs)) ?? [];
    } catch (cause) {
      if (isOfFramework(cause)) throw cause;
      throw failed('the store failed to save the ban', cause);
    } finally {
      reader.wrote();
      reader.forget(id);
    }
    if (refused.length > 0) throw failed('the store did not accept the ban, which may be too large for it');
    const mine = mergeRevocations(own.get(id), [entry]);
    own.delete(id);
    if (own.size >= MAX_OWN) own.delete(own.keys().next().value);
    own.set(id, mine);
    return entry;
  }

  /** What applies to a client: its bans, the channels that are banned, and the latest cut-off. */
  async function verdict({ clientId, revocationKey }, since) {
    const targets = [];
    if (clientId !== undefined) targets.push(`clientId:${clientId}`);
    if (revocationKey !== undefined) targets.push(`revocationKey:${revocationKey}`);
    const [ofChannels, ...others] = await read([idOfTarget(CHANNELS), ...targets.map(idOfTarget)], since);
    const ofClient = others.flat().filter(({ target }) => targets.includes(target));
    return { ofChannels, ofClient };
  }

  return {
    /** Never ends an earlier ban sooner. Returns when the ban ends. */
    async ban(target, forMs) {
      const found = await findForWrite(target);
      const bannedUntil = Math.max(Date.now() + forMs, found?.bannedUntil ?? 0);
      return (await write(target, found, { bannedUntil, cutOff: found?.cutOff })).bannedUntil;
    },

    /** Remembers when the tokens of a banned target were cut off. */
    async cutOff(target, cutOff) {
      const found = await findForWrite(target);
      await write(target, found, {
        bannedUntil: found?.bannedUntil ?? 0,
        cutOff: Math.max(cutOff, found?.cutOff ?? 0),
        keptUntil: Date.now() + LIFTED_MS,
      });
    },

    async unban(target) {
      const found = await find(target, Date.now());
      // Nothing to lift for a store that is never stale.
      if (found === undefined && !(store.stalenessSeconds > 0)) return;
      const now = Date.now();
      await write(target, found, {
        bannedUntil: 0,
        cutOff: Math.max(now, found?.cutOff ?? 0),
        keptUntil: now + LIFTED_MS,
      });
    },

    async isBanned(target) {
      return isActive(await find(target), Date.now());
    },

    async list() {
      let items;
      try {
        items = await inTime(store.list(PREFIX), timeoutMs);
      } catch (cause) {
        if (isOfFramework(cause)) throw cause;
        throw failed('the bans could not be listed', cause);
      }
      const all = new Map(items.map(({ id, entries }) => [id, entries]));
      for (const [id, entries] of own) all.set(id, mergeRevocations(all.get(id), entries));
      const now = Date.now();
      return [...all.values()]
        .flat()
        .filter((entry) => isActive(entry, now))
        .map(({ target, issuedBefore, bannedUntil }) => ({ target, bannedAt: issuedBefore, until: bannedUntil }))
        .sort((one, other) => (one.target < other.target ? -1 : 1));
    },

    /** Whether the bearer of a verified token is banned: itself, or a channel of its token. */
    async judge({ clientId, revocationKey, capability, narrowed }, at) {
      const { ofChannels, ofClient } = await verdict({ clientId, revocationKey });
      const channels = ofChannels.filter((entry) => isActive(entry, at));
      if (channels.length > 0 && narrowed !== true)
        throw new AblyAuthError({
          kind: 'usage',
          message: "channels are banned, and a token's channels are only known together with the key's capability",
          path: 'keyCapability',
          remediation: 'give keyCapability, what the key may do, when the token is verified',
        });
      return {
        isBanned: ofClient.some((entry) => isActive(entry, at)),
        hasBannedChannel: channels.length > 0 && withoutChannels(capability ?? '{}', channels) !== undefined,
      };
    },

    /** Whether a client is banned at this moment, in spite of all caches. */
    async isBannedNow(client) {
      const now = Date.now();
      return (await verdict(client, now)).ofClient.some((entry) => isActive(entry, now));
    },

    /**
     * Decides about a token that was asked for at `arrived`, shortly before it is signed. Resolves to the time at which to
     * issue it and to its capability without banned channels; to `isBanned` if nothing is left to issue.
     *
     * The time is that of the request, and the bans are read in its second or later. If this read misses a ban, the ban
     * was recorded after it, and the tokens were cut off later still: so the token falls with the others.
     */
    async admit({ clientId, revocationKey, capability }, arrived) {
      for (let now = arrived; ; now = Date.now()) {
        const second = Math.floor(now / 1000) * 1000;
        const { ofChannels, ofClient } = await verdict({ clientId, revocationKey }, second);
        if (ofClient.some((entry) => isActive(entry, Date.now()))) return { isBanned: true };
        const named = ofChannels.filter(({ target }) => hasChannel(capability, target));
        const banned = named.filter((entry) => isActive(entry, Date.now()));
        const left = banned.length === 0 ? capability : withoutChannels(capability, banned);
        if (banned.length > 0 && left === '{}') return { isBanned: true };
        const cutOff = Math.max(0, ...[...ofClient, ...named].map((entry) => entry.cutOff ?? 0));
        if (second > cutOff) return { now, capability: left };
        // `iat` has whole seconds, so a token of the second of the cut-off would fall with those before it.
        const wait = Math.floor(cutOff / 1000) * 1000 + 1000 - Date.now();
        if (wait > MAX_WAIT_MS)
          throw failed('tokens of the present time are revoked: the clock of this machine is behind');
        if (wait > 0) await new Promise((wake) => setTimeout(wake, wait));
      }
    },
  };
}

let channelsId;

function idOfTarget(target) {
  if (!target.startsWith(CHANNELS)) return PREFIX + idOf('ban', target);
  // It is looked up for every token.
  channelsId ??= PREFIX + idOf('ban', CHANNELS);
  return channelsId;
}

function isActive(entry, at) {
  return entry !== undefined && entry.bannedUntil > at;
}

function hasChannel(capability, target) {
  return Object.hasOwn(read(capability), target.slice(CHANNELS.length));
}

/** The capability without the resources of these entries; undefined if it has none of them. */
function withoutChannels(capability, entries) {
  const banned = new Set(entries.map(({ target }) => target.slice(CHANNELS.length)));
  const all = Object.entries(read(capability));
  const left = all.filter(([resource]) => !banned.has(resource));
  return left.length === all.length ? undefined : JSON.stringify(Object.fromEntries(left));
}

function read(capability) {
  return JSON.parse(parseCapability(capability).canonical);
}

function failed(message, cause) {
  return new AblyAuthError({ kind: 'service', code: 50003, statusCode: 503, message, cause });
}
