// Lets an SDK use one feature in the sandbox, with a token for that feature alone, and says which operations that took.
import Ably from 'ably';
import { issueJwtSync } from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { PATIENCE_MS } from '../js/patience.mjs';
import { startRecorder } from './recorder.mjs';

/** Who uses the feature, and who else is there. */
const CLIENT_ID = 'ada';
const OTHER_ID = 'bob';

/** What each kind of frame needs, by direction (https://ably.com/docs/auth/capabilities). */
const SENDING = { MESSAGE: 'publish', PRESENCE: 'presence', ANNOTATION: 'annotation-publish' };
const RECEIVING = { MESSAGE: 'subscribe', PRESENCE: 'subscribe', ANNOTATION: 'annotation-subscribe' };

/**
 * @param {(world: object) => Promise<unknown>} use uses the feature; it ends when the feature has done its work
 * @param {object} capability of the token that it is used with
 * @returns channels with the modes asked for, the calls over HTTP, and by channel the operations of what went by
 */
export async function observe(use, capability) {
  const running = await serve({ port: 0 });
  const { root } = running.sandbox.keys;
  const recorder = await startRecorder(running.url, CLIENT_ID);
  const clients = [];
  const connect = (port, credentials) => {
    const client = new Ably.Realtime({
      endpoint: '127.0.0.1',
      port,
      tls: false,
      useBinaryProtocol: false,
      logLevel: 0,
      transports: ['web_socket'],
      ...credentials,
    });
    clients.push(client);
    return client;
  };
  const { token } = issueJwtSync({ key: root, clientId: CLIENT_ID, capability });
  const withKey = (clientId) => connect(Number(new URL(running.url).port), { key: root, clientId });
  const client = connect(recorder.port, { token });
  let bound;
  const tooLate = new Promise((_, reject) => {
    bound = setTimeout(() => reject(new Error(`nothing came within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    const world = {
      client,
      // They do what has to be there before, and what others do. Nothing of it is recorded.
      same: () => withKey(CLIENT_ID),
      other: () => withKey(OTHER_ID),
      expect: recorder.expect,
      untilSent: recorder.untilSent,
    };
    await Promise.race([tooLate, use(world)]);
  } finally {
    clearTimeout(bound);
    await recorder.caughtUp();
    for (const one of clients) {
      one.close();
      if (one.connection.state === 'closing') await one.connection.once('closed');
    }
    await recorder.close();
    await running.close({ graceMs: 0 });
  }
  return summaryOf(recorder.record);
}

function summaryOf({ attached, sent, received, called }) {
  const realtime = Object.fromEntries(Object.keys(attached).map((channel) => [channel, new Set()]));
  for (const { kind, channel } of sent) realtime[channel].add(SENDING[kind]);
  for (const { kind, channel } of received) realtime[channel].add(RECEIVING[kind]);
  // The service sends the numbers only to who may read the channel's metadata.
  for (const [channel, { params }] of Object.entries(attached))
    if (params.occupancy !== undefined) realtime[channel].add('channel-metadata');
  return {
    attached,
    called,
    realtime: Object.fromEntries(Object.entries(realtime).map(([channel, needs]) => [channel, [...needs].sort()])),
  };
}
