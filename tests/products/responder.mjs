// A realtime service that agrees to everything and records what an SDK attaches, sends and calls. JSON only.
// It checks no rights: whether rights suffice is a question for the feature tables.
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

const ACTIONS = {
  ACK: 1,
  CONNECTED: 4,
  CLOSE: 7,
  CLOSED: 8,
  ATTACH: 10,
  ATTACHED: 11,
  DETACH: 12,
  DETACHED: 13,
  PRESENCE: 14,
  MESSAGE: 15,
  ANNOTATION: 21,
};
/** What a frame of each kind carries. */
const ITEMS = { PRESENCE: 'presence', MESSAGE: 'messages', ANNOTATION: 'annotations' };

/** Where each mode is in the `flags` of ATTACH and ATTACHED. */
const MODE_BITS = {
  PRESENCE: 16,
  PUBLISH: 17,
  SUBSCRIBE: 18,
  PRESENCE_SUBSCRIBE: 19,
  ANNOTATION_PUBLISH: 21,
  ANNOTATION_SUBSCRIBE: 22,
  OBJECT_SUBSCRIBE: 24,
  OBJECT_PUBLISH: 25,
};
const DEFAULT_MODES = ['PRESENCE', 'PUBLISH', 'SUBSCRIBE', 'PRESENCE_SUBSCRIBE'];

const flagsOf = (modes) => modes.reduce((flags, mode) => flags | (1 << MODE_BITS[mode]), 0);
const modesIn = (flags) => Object.keys(MODE_BITS).filter((mode) => flags & (1 << MODE_BITS[mode]));
const kindOf = (action) => Object.keys(ACTIONS).find((name) => ACTIONS[name] === action);

/**
 * @param {{ clientId: string, answer: (method: string, path: string) => unknown }} script who connects, and the
 *   bodies of REST answers
 */
export async function startResponder({ clientId, answer }) {
  const record = { attached: {}, sent: [], delivered: [], called: [] };
  const awaited = [];
  let socket;
  let serials = 0;

  const send = (action, members) => socket.send(JSON.stringify({ action: ACTIONS[action], ...members }));

  function passOn(kind, channel, connectionId, items) {
    const id = `${connectionId}:${serials++}`;
    const frame = { channel, id, connectionId, timestamp: Date.now(), channelSerial: `channel-serial-${serials}` };
    send(kind, { ...frame, [ITEMS[kind]]: items });
  }

  function attach({ channel, flags = 0, params }) {
    const modes = modesIn(flags);
    record.attached[channel] = { modes, params: params ?? {} };
    const granted = flagsOf(modes.length > 0 ? modes : DEFAULT_MODES);
    send('ATTACHED', { channel, channelSerial: 'attach-serial', flags: granted, ...(params && { params }) });
  }

  function accept({ action, channel, msgSerial, ...frame }) {
    const kind = kindOf(action);
    const items = frame[ITEMS[kind]];
    record.sent.push({ kind, channel });
    for (const one of awaited) if (one.kind === kind && one.channel === channel) one.resolve();
    send('ACK', { msgSerial, count: 1, res: [{ serials: items.map(() => `serial-${serials++}`) }] });
    if (kind === 'PRESENCE')
      passOn(
        kind,
        channel,
        'connection-1',
        items.map((item) => ({ clientId, ...item })),
      );
  }

  const handlers = {
    ATTACH: attach,
    DETACH: ({ channel }) => send('DETACHED', { channel }),
    CLOSE: () => send('CLOSED'),
    PRESENCE: accept,
    MESSAGE: accept,
    ANNOTATION: accept,
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    record.called.push(`${request.method} ${pathname}`);
    request.resume();
    response.setHeader('content-type', 'application/json');
    // Lists have pages: an SDK that asks for the current one again finds it here.
    response.setHeader('link', `<./${pathname.split('/').at(-1)}?page=1>; rel="current"`);
    response.end(JSON.stringify(answer(request.method, pathname)));
  });
  new WebSocketServer({ server }).on('connection', (opened) => {
    socket = opened;
    socket.on('message', (text) => {
      const frame = JSON.parse(text);
      handlers[kindOf(frame.action)]?.(frame);
    });
    send('CONNECTED', {
      connectionId: 'connection-1',
      connectionDetails: {
        clientId,
        connectionKey: 'connection-key-1',
        maxMessageSize: 65_536,
        maxFrameSize: 524_288,
        maxInboundRate: 1000,
        connectionStateTtl: 120_000,
        // 0: the client never gives up on a silent connection.
        maxIdleInterval: 0,
        serverId: 'responder',
      },
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: server.address().port,
    record,
    /** Settles when the client next sends a frame of this kind. */
    untilSent: (kind, channel) => new Promise((resolve) => awaited.push({ kind, channel, resolve })),
    /** Sends the client something as if another client had. */
    deliver(kind, channel, item) {
      // It would be waited for in vain.
      if (!(channel in record.attached)) throw new Error(`the SDK has attached ${Object.keys(record.attached)}`);
      record.delivered.push({ kind, channel });
      passOn(kind, channel, 'connection-2', [item]);
    },
    /** Settles when the client has done what earlier frames make it do; closing would interrupt that. */
    caughtUp: () =>
      new Promise((resolve) => {
        if (socket?.readyState !== WebSocket.OPEN) return resolve();
        for (const event of ['pong', 'close']) socket.once(event, resolve);
        socket.ping();
      }),
    close() {
      socket?.terminate();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
