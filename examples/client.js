// The client of each of these, with ably-js: it asks for a token, and for another when that has ended.
import * as Ably from 'ably';

export const connect = (options) => new Ably.Realtime({ authUrl: '/auth', authMethod: 'POST', ...options });

/** Your own API takes the same token. */
export async function say(realtime) {
  const { token } = realtime.auth.tokenDetails ?? (await realtime.auth.authorize());
  return fetch('/messages', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
}
