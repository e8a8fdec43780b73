// Stands between one client and the sandbox, and records what the client attaches, sends, calls and receives. JSON only.
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

const ACTIONS = { ATTACH: 10, PRESENCE: 14, MESSAGE: 15, ANNOTATION: 21 };
/** What a frame of each kind carries. */
const ITEMS = { PRESENCE: 'presence', MESSAGE: 'messages', ANNOTATION: 'annotations' };

/** Where each mode is in the `flags` of ATTACH. */
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

const modesIn = (flags) => Object.keys(MODE_BITS).filter((mode) => flags & (1 << MODE_BITS[mode]));
const kindOf = (action) => Object.keys(ACTIONS).find((name) => ACTIONS[name] === action);

/**
 * @param {string} sandbox its address
 * @param {string} clientId of the client
 */
export async function startRecorder(sandbox, clientId) {
  const record = { attached: {}, sent: [], received: [], called: [] };
  const awaited = [];
  /** What counts as received: `{ kind, channel }`. */
  const expected = [];
  let opened;

  function fromClient({ action, channel, flags = 0, params = {} }) {
    const kind = kindOf(action);
    if (kind === 'ATTACH') record.attached[channel] = { modes: modesIn(flags), params };
    if (!(kind in ITEMS)) return;
    record.sent.push({ kind, channel });
    for (const one of awaited) if (one.kind === kind && one.channel === channel) one.resolve();
  }

  function toClient({ action, channel, ...frame }) {
    const kind = kindOf(action);
    if (!expected.some((it) => it.kind === kind && it.channel === channel)) return;
    // What the client itself has sent comes back to it, which is not what it waits for.
    if (frame[ITEMS[kind]].some((item) => item.clientId !== clientId)) record.received.push({ kind, channel });
  }

  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    record.called.push(`${method} ${new URL(url, sandbox).pathname}`);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host, connection, 'content-length': length, ...passed } = headers;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const answer = await fetch(sandbox + url, { method, headers: passed, body });
    const all = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, all).end(Buffer.from(await answer.arrayBuffer()));
  });
  const upgrades = new WebSocketServer({ server });
  upgrades.on('connection', (socket, { url }) => {
    opened = socket;
    const inner = new WebSocket(sandbox.replace('http', 'ws') + url);
    const waiting = [];
    inner.on('open', () => {
      for (const text of waiting.splice(0)) inner.send(text);
    });
    socket.on('message', (data) => {
      const text = String(data);
      fromClient(JSON.parse(text));
      if (inner.readyState === WebSocket.OPEN) inner.send(text);
      else waiting.push(text);
    });
    inner.on('message', (data) => {
      const text = String(data);
      toClient(JSON.parse(text));
      socket.send(text);
    });
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ]) {
      one.on('close', () => other.close());
      one.on('error', () => {}); // followed by close
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: server.address().port,
    record,
    /** Settles when the client next sends a frame of this kind. */
    untilSent: (kind, channel) => new Promise((resolve) => awaited.push({ kind, channel, resolve })),
    /** From now on, frames of this kind are recorded that are from another client. */
    expect(kind, channel) {
      // It would be waited for in vain.
      if (!(channel in record.attached)) throw new Error(`the SDK has attached ${Object.keys(record.attached)}`);
      expected.push({ kind, channel });
    },
    /** Settles when the client has done what earlier frames make it do; closing would interrupt that. */
    caughtUp: () =>
      new Promise((resolve) => {
        if (opened?.readyState !== WebSocket.OPEN) return resolve();
        for (const event of ['pong', 'close']) opened.once(event, resolve);
        opened.ping();
      }),
    close() {
      opened?.terminate();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
