// A sandbox with a clock that stands still until it is moved, and what the tests do with it.
import { NOW } from './tokens.mjs';

export function sandboxWorld({ sandbox: { createSandbox } }, options = {}) {
  let now = NOW;
  const sandbox = createSandbox({ now: () => now, ...options });
  const network = { endpoint: sandbox.endpoint, fetch: sandbox.fetch };

  /** Status, Ably's code and body of an answer. */
  async function ask(path, init) {
    const answer = await sandbox.fetch(path, init);
    const text = await answer.text();
    return {
      status: answer.status,
      code: Number(answer.headers.get('X-Ably-ErrorCode')),
      text,
      json: text === '' ? undefined : JSON.parse(text),
    };
  }

  const json = (authorization, body) => ({
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const basic = (key) => `Basic ${btoa(key)}`;
  const bearer = (token) => `Bearer ${token}`;
  const messages = (channel) => `/channels/${encodeURIComponent(channel)}/messages`;

  return {
    sandbox,
    network,
    ask,
    now: () => now,
    pass: (ms) => void (now += ms),
    /** 201, or the code of what is refused. */
    async publish(authorization, channel = 'chat:a', data = 'hello') {
      const { status, code } = await ask(messages(channel), json(authorization, { name: 'greeting', data }));
      return status === 201 ? status : code;
    },
    /** What was published on a channel, the newest first. */
    async history(channel = 'chat:a') {
      const { json } = await ask(messages(channel), { headers: { Authorization: basic(sandbox.keys.root) } });
      return json.map(({ data }) => data);
    },
    basic,
    bearer,
    json,
  };
}
