// createAccess on a sandbox and a store that fails when told to, and an endpoint and an API that ask it.
import { request } from './edge-request.mjs';
import { sandboxWorld } from './sandbox-world.mjs';

export const EVERYTHING = { '[*]*': ['*'] };
export const BANNED = { kind: 'forbidden', code: 40300, statusCode: 403 };

/** Resolves at the beginning of a second, so that what follows within some milliseconds has the same `iat`. */
export async function newSecond() {
  const wait = 1000 - (Date.now() % 1000);
  await new Promise((wake) => setTimeout(wake, wait + 5));
}

/**
 * A store that passes on to `inner`, counts, and fails as `script` says.
 * @param {{ get?: () => void, put?: (items: object[]) => void, list?: () => void }} script
 */
export function watched(inner, script = {}) {
  const calls = { get: 0, put: 0, list: 0 };
  const store = { calls, script, stalenessSeconds: inner.stalenessSeconds, itemsPerPut: inner.itemsPerPut };
  for (const name of ['get', 'put', 'list'])
    store[name] = async (value) => {
      calls[name]++;
      await script[name]?.(value);
      return inner[name](value);
    };
  return store;
}

/** @param {object} context of a test: the library, the stores and the sandbox */
export function accessWorld(context, { store, aheadMs = 0, ...options } = {}) {
  const { createAccess, createTokenEndpoint, issueJwtSync, verifyRequest } = context.library;
  let ahead = aheadMs;
  const world = sandboxWorld(context, { now: () => Date.now() + ahead, revokeChannels: true });
  const key = world.sandbox.keys.revocable;
  const kept = store ?? watched(context.stores.memoryStore());
  const sent = [];
  const fetch = (url, init) => {
    sent.push(new URL(url).pathname);
    return world.network.fetch(url, init);
  };
  const source = { key, ...world.network, fetch };
  const access = createAccess({ source, store: kept, ...options });
  const errors = [];
  const endpointOf = (more = {}) =>
    createTokenEndpoint({
      source: { key },
      access,
      authenticate: (_, { params }) => ({
        clientId: params.get('user'),
        revocationKey: params.get('group') ?? undefined,
        capability: params.get('capability') ?? { 'chat:*': ['publish'], news: ['publish'] },
        revocable: true,
      }),
      onError: (error) => errors.push(error),
      ...more,
    });
  const endpoint = endpointOf();
  /** Asks an endpoint as a client does. */
  const ask = async (params = { user: 'ada' }, at = endpoint) => {
    const response = await at(request({ url: `https://edge.example/auth?${new URLSearchParams(params)}` }));
    const body = JSON.parse((await response.text()) || 'null');
    return { status: response.status, token: body?.token, code: body?.error?.code, capability: body?.capability };
  };
  /** Status of the answer of an API that takes this token. */
  const atApi = async (token, more = {}) => {
    const asked = request({ headers: { Authorization: `Bearer ${token}` } });
    const options = { key, keyCapability: EVERYTHING, operation: 'publish', resource: 'chat:a', access, ...more };
    const { response } = await verifyRequest(asked, options);
    return response?.status ?? 200;
  };
  const old = (grant, agoMs = 5000) =>
    issueJwtSync({ key, capability: { 'chat:*': ['publish'] }, now: Date.now() - agoMs, ...grant }).token;
  return {
    ...world,
    key,
    store: kept,
    sent,
    source,
    access,
    errors,
    endpoint,
    endpointOf,
    ask,
    atApi,
    old,
    atAbly: (token, channel) => world.publish(world.bearer(token), channel),
    pass: (ms) => void (ahead += ms),
  };
}
