// Runs in workerd, with a namespace of Workers KV: everything is made anew for each request, for `env` is the request's.
import { library, stores } from '../.work/runtimes/staged.mjs';
import { KEY, KEY_NAME } from '../js/tokens.mjs';

let namespace;

const CALLS = {
  async '/record'(target, revocations) {
    const now = Date.now();
    await revocations.record({ results: [{ keyName: KEY_NAME, target, issuedBefore: now, appliesAt: now }] });
    return target;
  },
  async '/check'(clientId, revocations) {
    const { token } = library.issueJwtSync({ key: KEY, clientId, now: Date.now() - 10_000 });
    await revocations.check(library.verifyJwt(token, { key: KEY, keyCapability: { '[*]*': ['*'] } }));
    return 'accepted';
  },
  '/is-same'(_, __, env) {
    namespace ??= env.KV;
    return namespace === env.KV;
  },
  /** What the namespace is to do from now on, or what is in it. */
  '/kv': async (path, _, env) => (await env.KV_SERVICE.fetch(`http://kv/${path}`, { method: 'POST' })).json(),
};

export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    try {
      const revocations = library.createRevocations(stores.cloudflareKvStore(env.KV), { cacheSeconds: 0 });
      return Response.json(await CALLS[pathname](decodeURIComponent(search.slice(1)), revocations, env));
    } catch (error) {
      return Response.json({ name: error.name, kind: error.kind, message: error.message }, { status: 500 });
    }
  },
};
