// A sandbox and realtime clients of ours on one clock, which only the test moves.
import { NOW } from './tokens.mjs';

/** Lets everything happen that waits for nothing but its turn. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
};

/** A clock whose timers run when the test lets the time pass. */
export function manualClock(start = NOW) {
  let now = start;
  const timers = new Set();
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    /** @param {() => unknown} tick is called at each moment at which something may be due */
    async pass(ms, tick = () => {}) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        now = next === undefined ? end : Math.max(now, next.at);
        await tick();
        await settle();
        if (next === undefined) return;
        if (timers.delete(next)) next.run();
        await settle();
      }
    },
  };
}

/** What a client has said, in short: the states, and what belongs to the token. */
export const statesOf = (events) =>
  events
    .filter(({ type }) => type !== 'message' && type !== 'channel')
    .map(({ type, state, reason }) => [state ?? type, reason?.code].filter(Boolean).join(' '));

export function world({ library, sandbox: { createSandbox }, realtime: { RealtimeClient } }, options) {
  const clock = manualClock();
  const sandbox = createSandbox({ now: clock.now, ...options });
  const { revocable, root } = sandbox.keys;
  const rest = async (path, body, key = root) => {
    const headers = { Authorization: `Basic ${btoa(key)}`, 'Content-Type': 'application/json', 'X-Ably-Version': '6' };
    const answer = await sandbox.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return answer.json();
  };
  return {
    clock,
    sandbox,
    publish: (channel, data) => rest(`/channels/${channel}/messages`, { data }),
    revoke: (body) => rest(`/keys/${revocable.split(':')[0]}/revokeTokens`, body, revocable),
    token: (claims) => library.issueJwtSync({ key: revocable, clientId: 'ada', now: clock.now(), ...claims }).token,
    /** Lets the sandbox and the clients do what is due in this time. */
    pass: (ms) => clock.pass(ms, () => sandbox.tick()),
    /** A client with what it said, and its sockets. */
    client(more) {
      const events = [];
      const sockets = [];
      class WebSocket extends sandbox.WebSocket {
        constructor(url) {
          super(url);
          sockets.push(this);
        }
      }
      const client = new RealtimeClient({
        endpoint: sandbox.endpoint,
        WebSocket,
        clock,
        onEvent: (event) => events.push(event),
        ...more,
      });
      const got = () => events.filter(({ type }) => type === 'message').map(({ message }) => message.data);
      const channels = () =>
        events
          .filter(({ type, state }) => type === 'channel' && state !== 'attaching')
          .map(({ channel, state, reason }) => [channel, state, reason?.code].filter(Boolean).join(' '));
      return { client, events, sockets, got, channels, states: () => statesOf(events) };
    },
  };
}

/** A client whose service is the test. */
export function scripted({ realtime: { RealtimeClient } }, more) {
  const clock = manualClock();
  const events = [];
  const sockets = [];
  class WebSocket {
    OPEN = 1;
    readyState = 1;
    sent = [];
    constructor(url) {
      this.url = url;
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {}
    get(frame) {
      this.onmessage?.({ data: JSON.stringify(frame) });
    }
  }
  const client = new RealtimeClient({
    endpoint: 'https://service.example',
    WebSocket,
    clock,
    token: 'a.b.c',
    ...more,
    onEvent(event) {
      events.push(event);
      more?.onEvent?.(event);
    },
  });
  return { clock, events, sockets, client };
}
