// What a case has: a sandbox of its own, and Ably's clients for it. Nothing here that a browser lacks.

/** The next time that an emitter, which is no promise, says this. */
export const event = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

/** What it is refused with: Ably's code. */
export const refusal = (promise) =>
  promise.then(
    () => 'it was not refused',
    ({ code }) => code,
  );

/** Drops a client's socket without a word, as a lost network does. */
export function drop(client) {
  const socket = client.connection.connectionManager.activeProtocol.getTransport().wsConnection;
  if (socket.terminate) socket.terminate();
  else socket.close();
}

/**
 * @param {object} shell what differs between the runtimes and formats
 * @param {object} shell.Ably the SDK
 * @param {object} shell.library ours
 * @param {string} shell.origin of the sandboxes, see worlds.mjs
 * @param {object} shell.options of each client
 */
export async function newWorld({ Ably, library, origin, options }) {
  const call = async (path, body = null) => {
    const response = await fetch(`${origin}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    const result = await response.json();
    if (!response.ok) throw new Error(result);
    return result;
  };
  const { id, url, keys, accessToken, appId } = await call('create');
  const local = { endpoint: '127.0.0.1', port: Number(new URL(url).port), tls: false, logLevel: 0, ...options };
  const clients = [];
  let ahead = 0;
  let names = 0;
  const world = {
    keys,
    appId,
    call: (action, body) => call(`${action}/${id}`, body),
    newName: () => `chat:${++names}`,
    /** Tokens are made in the past, so that a revocation in the same second revokes them. */
    jwt: (more) =>
      library.issueJwtSync({ key: keys.revocable, clientId: 'ada', now: Date.now() + ahead - 5_000, ...more }).token,
    fresh: (more) => world.jwt({ now: Date.now() + ahead + 5_000, ...more }),
    ablyToken: async (more) =>
      (await library.requestToken({ key: keys.root, clientId: 'ada', endpoint: url, ...more })).token,
    tokenRequest: (more) => library.createTokenRequest({ key: keys.root, clientId: 'ada', ...more }),
    revoke: (target) => library.revokeTokens({ key: keys.revocable, endpoint: url, ...target }),
    control: () => library.createControlClient({ accessToken, endpoint: url }),
    /** An address that answers with this token. */
    authUrl: (token, status = 200) => `${origin}/token?${new URLSearchParams({ token, status })}`,
    /** The address of an endpoint of ours, see worlds.mjs. */
    endpointUrl: (user) => `${origin}/auth/${id}?user=${user}`,
    /** Moves the sandbox's clock. */
    async pass(ms) {
      ahead += ms;
      await world.call('pass', { ms });
    },
    realtime(more) {
      const client = new Ably.Realtime({ ...local, ...more });
      clients.push(client);
      return client;
    },
    async connected(more) {
      const client = world.realtime(more);
      await client.connection.whenState('connected');
      return client;
    },
    rest: (more) => new Ably.Rest({ ...local, key: keys.root, ...more }),
    async end() {
      for (const client of clients) client.close();
      await world.call('end');
    },
  };
  return world;
}

/** Registers a case that gets a world of its own. */
export const caseOf = (test, shell) => (name, body) =>
  test(name, async () => {
    const world = await newWorld(shell);
    try {
      await body(world);
    } finally {
      await world.end();
    }
  });
