// In place of Workers KV: a write arrives some time after it was sent, a reader keeps what it has read for a minute of a
// clock that is moved by hand, absence too, and the network may be told to do worse.
import { later } from './network-world.mjs';

export function slowKv() {
  const arrived = new Map();
  /** What is to happen to the next writes: how many ms each is under way, or an error. */
  const fates = [];
  const clock = { now: 0 };

  /** A binding to it, as one isolate has. */
  function bind() {
    const seen = new Map();
    return {
      reads: 0,
      writes: 0,
      async get(key, { type }) {
        if (type !== 'json') throw new Error('only JSON is read');
        this.reads++;
        const held = seen.get(key);
        const text = held && clock.now < held.until ? held.text : (arrived.get(key) ?? null);
        if (text !== held?.text) seen.set(key, { text, until: clock.now + 60_000 });
        await later(1);
        return JSON.parse(text);
      },
      async put(key, text) {
        this.writes++;
        const fate = fates.shift() ?? 1;
        if (fate instanceof Error) throw fate;
        await (typeof fate === 'number' ? later(fate) : fate);
        arrived.set(key, text);
      },
    };
  }
  /** Everything that has arrived, as an isolate reads it that has read nothing yet. */
  const targets = () =>
    [...arrived.values()]
      .flatMap((text) => JSON.parse(text))
      .map(({ target }) => target)
      .sort();
  return { bind, fates, clock, targets };
}
