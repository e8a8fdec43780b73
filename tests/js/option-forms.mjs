// Options in every form that an object can have in JavaScript, and Ably for what is sent.
import { KEY_NAME, NOW } from './tokens.mjs';

const json = (body, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

const hidden = (values, prototype = Object.prototype) =>
  Object.create(
    prototype,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, enumerable: false }])),
  );

/** The same options, in every form in which JavaScript lets an object have them. */
export const FORMS = {
  inherited: (values) => Object.create(values),
  'not enumerable': (values) => hidden(values),
  'getters of a class': (values) => {
    class Options {}
    for (const [name, value] of Object.entries(values))
      Object.defineProperty(Options.prototype, name, { get: () => value });
    return new Options();
  },
  'without a prototype': (values) => Object.assign(Object.create(null), values),
  'half inherited, half hidden': (values) => {
    const entries = Object.entries(values);
    return hidden(Object.fromEntries(entries.slice(1)), Object.fromEntries(entries.slice(0, 1)));
  },
  'a Proxy that lists nothing': (values) => new Proxy({}, { get: (_, name) => values[name] }),
};

/** A fetch that answers as Ably does, and `sent`: what was sent by `run`, and what it gave. */
export function ablyByScript() {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push([new URL(url).pathname + new URL(url).search, init?.body]);
    if (url.endsWith('/time')) return json([NOW]);
    if (url.endsWith('revokeTokens'))
      return json(
        JSON.parse(init.body).targets.map((target) => ({ target, issuedBefore: NOW, appliesAt: NOW })),
        201,
      );
    if (init.method === 'GET' && /\/(keys|stats)\b/.test(url)) return json([]);
    if (url.endsWith('/apps/app1/keys')) return json({ appId: 'app1', id: 'key1', key: 'app1.key1:made-up' }, 201);
    return json({ token: 'x', keyName: KEY_NAME, issued: NOW, expires: NOW + 60_000, capability: '{}' });
  };
  const sent = async (run) => {
    asked.length = 0;
    const answer = await run();
    return [...asked, answer];
  };
  return { fetch, sent };
}
