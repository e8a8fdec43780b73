// What the hidden part of a block imports as 'test-world': a sandbox that answers in the place of Ably, so that the block can
// call the network as its reader will.
import { createSandbox } from 'ably-edge-auth/sandbox';

export const sandbox = createSandbox({ revokeChannels: true });
export const { accessToken, keys } = sandbox;
export const key = keys.revocable;

const { fetch: elsewhere } = globalThis;
globalThis.fetch = (resource, init) => {
  const request = new Request(resource, init);
  const { hostname, pathname, search } = new URL(request.url);
  if (!/\.ably\.net$/.test(hostname)) return elsewhere(request);
  return sandbox.fetch(new Request(sandbox.endpoint + pathname + search, request));
};
