// Runs the sandbox in a Worker: one Durable Object holds it and stores its changes and its realtime connections.
import { AblyAuthError } from '../lib/error.js';
import { compacting } from './compacting.js';
import { socketsOf } from './create.js';
import { Hibernation } from './hibernation.js';
import { readRequestParts, responseOf } from './message.js';
import { readSandboxOptions } from './options.js';
import { isUpgrade } from './upgrade.js';
import { createSandbox } from './workerd.js';

/** Keys are this prefix, the number of the change and the number of the piece. */
const PREFIX = 'change ';
/** The key-value backend limits a value to 128 KiB, and a character takes up to two bytes. */
const PIECE = 60_000;
/** How many values the storage accepts in one call. */
const AT_ONCE = 128;

export class SandboxObject {
  #sandbox;
  #hibernation;

  constructor(context, env) {
    // An error here resets the object and appears in the Worker's log.
    context.blockConcurrencyWhile(async () => {
      const { state, onChange } = await rowsOf(context.storage);
      // Reads the options by name first: a spread would lose an inherited seed, and the keys would be public.
      this.#sandbox = createSandbox({ ...readSandboxOptions(this.options(env)), state, onChange });
      this.#hibernation = new Hibernation(context, socketsOf(this.#sandbox), rowsOfText);
      await this.#hibernation.start();
    });
  }

  options({ SANDBOX_HOSTS, SANDBOX_ORIGINS, SANDBOX_SEED }) {
    const hosts = list(SANDBOX_HOSTS);
    if (hosts.length > 0 && !SANDBOX_SEED) {
      const remediation = 'set it to a text that cannot be guessed: npx wrangler secret put SANDBOX_SEED';
      throw new AblyAuthError({
        kind: 'usage',
        message: `SANDBOX_HOSTS is set without SANDBOX_SEED, so the keys would be public`,
        path: 'SANDBOX_SEED',
        remediation,
      });
    }
    return { hosts, origins: list(SANDBOX_ORIGINS), ...(SANDBOX_SEED && { seed: SANDBOX_SEED }) };
  }

  async fetch(request) {
    const parts = readRequestParts(request);
    if (!isUpgrade(parts.headers)) return this.#sandbox.fetch(request);
    const refusal = socketsOf(this.#sandbox).refusal(parts);
    return refusal ? responseOf(refusal, parts.method) : this.#hibernation.upgrade(parts);
  }

  webSocketMessage(socket, data) {
    return this.#hibernation.message(socket, data);
  }

  webSocketClose(socket) {
    return this.#hibernation.closed(socket);
  }

  webSocketError(socket) {
    return this.#hibernation.closed(socket);
  }

  alarm() {
    return this.#hibernation.alarm();
  }
}

export default {
  fetch(request, { SANDBOX }) {
    return SANDBOX.get(SANDBOX.idFromName('sandbox')).fetch(request);
  },
};

const list = (text = '') => text.split(/[\s,]+/).filter(Boolean);

async function rowsOf(storage) {
  const found = await storage.list({ prefix: PREFIX });
  const state = [];
  let next = 0;
  for (const [key, piece] of found) {
    const number = Number(key.slice(PREFIX.length).split(' ')[0]);
    if (number === next - 1) state[state.length - 1] += piece;
    else state.push(piece);
    next = number + 1;
  }
  const onChange = compacting(state.length, {
    append: async (change) => {
      // A single call, which is atomic.
      await storage.put(Object.fromEntries(rowsOfChange(change, next)));
      next++;
    },
    replace: async (changes) => {
      const first = next;
      await storage.transaction(async (transaction) => {
        const old = [...(await transaction.list({ prefix: PREFIX })).keys()];
        for (const keys of parts(old)) await transaction.delete(keys);
        const rows = changes.flatMap((change, index) => rowsOfChange(change, first + index));
        for (const part of parts(rows)) await transaction.put(Object.fromEntries(part));
      });
      next = first + changes.length;
    },
  });
  return { state, onChange };
}

function rowsOfChange(change, number) {
  return rowsOfText(`${PREFIX}${padded(number, 15)}`, change);
}

/** Splits a text into rows that the storage takes, with keys in order. */
function rowsOfText(key, text) {
  const rows = [];
  for (let at = 0; at < text.length; at += PIECE)
    rows.push([`${key} ${padded(rows.length, 3)}`, text.slice(at, at + PIECE)]);
  return rows;
}

/** Pads with zeros, so that keys sort in numeric order. */
const padded = (number, digits) => String(number).padStart(digits, '0');

function parts(list) {
  const parts = [];
  for (let at = 0; at < list.length; at += AT_ONCE) parts.push(list.slice(at, at + AT_ONCE));
  return parts;
}
