// Runs in workerd, as what a binding of Workers KV talks to. A write arrives when it has been under way for its time; a
// reader is shown what was there when the key was read first.
let arrived = new Map();
let seen = new Map();
let times = [];
let sent = 0;

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** From the test, by POST. */
const TOLD = {
  begin(...milliseconds) {
    [arrived, seen, times, sent] = [new Map(), new Map(), milliseconds.map(Number), 0];
    return true;
  },
  sent: () => sent,
  targets: () =>
    [...arrived.values()]
      .flatMap((text) => JSON.parse(text))
      .map(({ target }) => target)
      .sort(),
};

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const body = await request.text();
    if (request.method === 'POST') {
      const [name, ...rest] = pathname.slice(1).split('/');
      return Response.json(TOLD[name](...rest));
    }
    if (request.method === 'PUT') {
      sent++;
      await later(times.shift() ?? 1);
      arrived.set(pathname, body);
      return new Response(null);
    }
    if (!seen.has(pathname)) seen.set(pathname, arrived.get(pathname));
    const text = seen.get(pathname);
    return text === undefined ? new Response(null, { status: 404 }) : new Response(text);
  },
};
