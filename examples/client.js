// A client for each of these servers, with ably-js. It requests a token, and a new one when that expires.
import * as Ably from 'ably';

export const connect = (options) => new Ably.Realtime({ authUrl: '/auth', authMethod: 'POST', ...options });

/** Your own API accepts the same token. */
export async function say(realtime) {
  const { token } = realtime.auth.tokenDetails ?? (await realtime.auth.authorize());
  return fetch('/messages', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
}
