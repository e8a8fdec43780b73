// How a client connects, what refuses it, and how it comes back.
import { equal, ok } from '../js/assert.mjs';
import { caseOf, drop, event, refusal } from './world.mjs';

export function connecting({ test, ...shell }) {
  const each = caseOf(test, shell);

  each('with a key, each kind of token, an authCallback and an authUrl', async (world) => {
    const { keys, jwt, connected } = world;
    const token = await world.ablyToken();
    for (const credentials of [
      { key: keys.root, clientId: 'ada' },
      { token: jwt() },
      { token },
      { authCallback: (_, callback) => callback(null, jwt()) },
      { authCallback: (_, callback) => callback(null, world.tokenRequest()) },
      { authUrl: world.authUrl(jwt()) },
    ]) {
      const client = await connected(credentials);
      equal(client.auth.clientId, 'ada');
      ok((await client.connection.ping()) >= 0);
      client.close();
      await client.connection.whenState('closed');
    }
  });

  each('wrong credentials fail with their code', async ({ keys, jwt, realtime, authUrl }) => {
    for (const [credentials, code] of [
      [{ key: `${keys.root.split(':')[0]}:wrong` }, 40101],
      [{ key: 'this.is:wrong' }, 40101],
      [{ token: jwt(), clientId: 'bob' }, 40102],
      // A token error, with no way to another token.
      [{ token: jwt({ ttlSeconds: 1 }) }, 40171],
      [{ token: `${jwt()}x` }, 40171],
      // A server that forbids it.
      [{ authUrl: authUrl('', 403) }, 80019],
    ]) {
      const client = realtime(credentials);
      equal((await event(client.connection, 'failed')).reason.code, code);
    }
  });

  each('an expired token is replaced while connecting', async ({ jwt, connected }) => {
    const tokens = [jwt({ ttlSeconds: 1 }), jwt()];
    await connected({ authCallback: (_, callback) => callback(null, tokens.shift()) });
    equal(tokens, []);
  });

  each('a dropped connection resumes, and nothing is lost or repeated', async ({ keys, connected, rest, newName }) => {
    const name = newName();
    const client = await connected({ key: keys.root });
    const { id } = client.connection;
    const got = [];
    await client.channels.get(name).subscribe(({ data }) => got.push(data));
    await rest().channels.get(name).publish('n', 'before');
    const again = event(client.connection, 'connected');
    const missed = event(client.connection, 'disconnected').then(() =>
      rest().channels.get(name).publish('n', 'missed'),
    );
    drop(client);
    await Promise.all([again, missed]);
    equal(client.connection.id, id);
    const last = new Promise((resolve) => client.channels.get(name).subscribe('last', resolve));
    await client.channels.get(name).publish('last', 'last');
    await last;
    equal(got.toSorted(), ['before', 'last', 'missed']);
  });

  each('what was published before a drop is acknowledged once', async ({ keys, connected, rest, newName }) => {
    const name = newName();
    const client = await connected({ key: keys.root });
    const channel = client.channels.get(name);
    await channel.attach();
    const sent = channel.publish('n', 'once');
    drop(client);
    await sent;
    equal(
      (await rest().channels.get(name).history()).items.map(({ data }) => data),
      ['once'],
    );
  });

  each('another client may recover the connection', async ({ keys, connected, newName }) => {
    const name = newName();
    const first = await connected({ key: keys.root });
    await first.channels.get(name).attach();
    const { id } = first.connection;
    const recover = first.connection.createRecoveryKey();
    drop(first);
    first.close();
    const second = await connected({ key: keys.root, recover });
    equal([second.connection.id === id, second.connection.errorReason?.code ?? null], [true, null]);
  });

  each('a key that cannot be recovered', async ({ keys, connected }) => {
    const recover = JSON.stringify({ connectionKey: '_____!wrong', msgSerial: 3, channelSerials: {} });
    const client = await connected({ key: keys.root, recover });
    equal(client.connection.errorReason.code, 80018);
  });

  each('the server ends', async ({ keys, connected, call }) => {
    const client = await connected({ key: keys.root });
    const disconnected = client.connection.whenState('disconnected');
    await call('end');
    await disconnected;
    equal(await refusal(client.connection.ping()), 40000);
  });
}
