// Lets an SDK use one feature with a new connection, and says which operations that took.
import Ably from 'ably';
import { issueJwtSync } from '../../pkg/index.js';
import { PATIENCE_MS } from '../js/patience.mjs';
import { startResponder } from './responder.mjs';

const CLIENT_ID = 'ada';
const KEY = 'madeup.key001:made-up-secret';

/** What each kind of frame needs, by direction (https://ably.com/docs/auth/capabilities). */
const SENDING = { MESSAGE: 'publish', PRESENCE: 'presence', ANNOTATION: 'annotation-publish' };
const RECEIVING = { MESSAGE: 'subscribe', PRESENCE: 'subscribe', ANNOTATION: 'annotation-subscribe' };

/**
 * @param {(world: object) => Promise<unknown>} use uses the feature; it ends when the feature has done its work
 * @returns channels with the modes asked for, the calls over HTTP, and by channel the operations of what went by
 */
export async function observe(use, answer) {
  const responder = await startResponder({ clientId: CLIENT_ID, answer });
  const client = new Ably.Realtime({
    token: issueJwtSync({ key: KEY, clientId: CLIENT_ID }).token,
    endpoint: '127.0.0.1',
    port: responder.port,
    tls: false,
    useBinaryProtocol: false,
    logLevel: 0,
    transports: ['web_socket'],
  });
  let bound;
  const tooLate = new Promise((_, reject) => {
    bound = setTimeout(() => reject(new Error(`nothing came within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([tooLate, use({ client, ...responder })]);
  } finally {
    clearTimeout(bound);
    await responder.caughtUp();
    client.close();
    if (client.connection.state === 'closing') await client.connection.once('closed');
    await responder.close();
  }
  return summaryOf(responder.record);
}

function summaryOf({ attached, sent, delivered, called }) {
  const realtime = Object.fromEntries(Object.keys(attached).map((channel) => [channel, new Set()]));
  for (const { kind, channel } of sent) realtime[channel].add(SENDING[kind]);
  for (const { kind, channel } of delivered) realtime[channel].add(RECEIVING[kind]);
  // The service sends the numbers only to who may read the channel's metadata.
  for (const [channel, { params }] of Object.entries(attached))
    if (params.occupancy !== undefined) realtime[channel].add('channel-metadata');
  return {
    attached,
    called,
    realtime: Object.fromEntries(Object.entries(realtime).map(([channel, needs]) => [channel, [...needs].sort()])),
  };
}
