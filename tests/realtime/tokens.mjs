// What becomes of a connection when its token ends: by expiry, by revocation, by another token.
import { equal } from '../js/assert.mjs';
import { caseOf, event } from './world.mjs';

const SECOND = 1_000;

/** Gives these tokens, one after the other. */
const giving = (tokens) => ({ authCallback: (_, callback) => callback(null, tokens.shift()) });

function statesOf(client) {
  const states = [];
  client.connection.on(({ current, reason }) => states.push([current, reason?.code].filter(Boolean).join(' ')));
  return states;
}

export function tokens({ test, ...shell }) {
  const each = caseOf(test, shell);

  each('authorize: wider at once, and what is not permitted any more fails', async ({ jwt, connected, newName }) => {
    let capability = { 'chat:*': ['subscribe'], news: ['subscribe'] };
    const client = await connected({ authCallback: (_, callback) => callback(null, jwt({ capability })) });
    const { id } = client.connection;
    const [chat, news] = [client.channels.get(newName()), client.channels.get('news')];
    await Promise.all([chat.attach(), news.attach()]);
    capability = { 'chat:*': ['subscribe', 'publish'], news: ['subscribe'] };
    await client.auth.authorize();
    await chat.publish('x', 'y');
    capability = { 'chat:*': ['subscribe'] };
    const failed = event(news, 'failed');
    await client.auth.authorize();
    equal((await failed).reason.code, 40160);
    equal([chat.state, client.connection.id], ['attached', id]);
  });

  each('a token of another identity ends the connection', async ({ jwt, connected }) => {
    const client = await connected(giving([jwt(), jwt({ clientId: 'bob' })]));
    const failed = event(client.connection, 'failed');
    client.auth.authorize().catch(() => {});
    equal((await failed).reason.code, 40102);
  });

  each('a revoked client that can renew comes back as the same connection', async (world) => {
    const client = await world.connected(giving([world.jwt(), world.fresh()]));
    const { id } = client.connection;
    const states = statesOf(client);
    const again = event(client.connection, 'connected');
    await world.revoke({ clientId: 'ada' });
    await again;
    equal([states[0], client.connection.id], ['disconnected 40141', id]);
  });

  each('a revoked client that cannot renew fails', async ({ jwt, connected, revoke }) => {
    const client = await connected({ token: jwt() });
    const failed = event(client.connection, 'failed');
    await revoke({ clientId: 'ada' });
    equal((await failed).reason.code, 40171);
  });

  each('a revocation is for its target alone', async ({ jwt, connected, revoke }) => {
    const one = await connected({ token: jwt({ revocationKey: 'one' }) });
    const other = await connected({ token: jwt({ revocationKey: 'other' }) });
    const failed = event(one.connection, 'failed');
    await revoke({ revocationKey: 'one' });
    await failed;
    equal([(await other.connection.ping()) >= 0, other.connection.state], [true, 'connected']);
  });

  each('with the margin a client renews without a disconnection', async (world) => {
    const left = [world.jwt(), world.fresh()];
    const client = await world.connected(giving(left));
    const states = statesOf(client);
    const updated = event(client.connection, 'update');
    await world.revoke({ clientId: 'ada', allowReauthMargin: true });
    await updated;
    await world.pass(31 * SECOND);
    await client.connection.ping();
    equal([client.connection.state, states, left.length], ['connected', ['connected'], 0]);
  });

  each('who does not renew in the margin is cut off at its end', async (world) => {
    let isAnswering = true;
    const client = await world.connected({
      authCallback: (_, callback) => (isAnswering ? callback(null, world.jwt()) : callback('there is none now', null)),
    });
    const states = statesOf(client);
    isAnswering = false;
    await world.revoke({ clientId: 'ada', allowReauthMargin: true });
    await world.pass(29 * SECOND);
    await client.connection.ping();
    equal(client.connection.state, 'connected');
    const disconnected = event(client.connection, 'disconnected');
    await world.pass(2 * SECOND);
    await disconnected;
    equal(states[0], 'disconnected 40141');
  });

  each('30 s before its end a token is renewed in place', async (world) => {
    const left = [world.jwt({ ttlSeconds: 65 }), world.fresh({ ttlSeconds: 3600 })];
    const client = await world.connected(giving(left));
    const states = statesOf(client);
    const updated = event(client.connection, 'update');
    await world.pass(35 * SECOND);
    await updated;
    await world.pass(60 * SECOND);
    await client.connection.ping();
    equal([states, left.length], [['connected'], 0]);
  });

  each('an expired token disconnects, and a new one resumes', async (world) => {
    // The server is asked twice: at the hint, which it cannot answer, and at the end.
    let asked = 0;
    const client = await world.connected({
      authCallback: (_, callback) => {
        if (++asked === 2) callback('there is none now', null);
        else callback(null, world.jwt({ ttlSeconds: 65 }));
      },
    });
    const { id } = client.connection;
    const states = statesOf(client);
    await world.pass(35 * SECOND);
    await client.connection.ping();
    equal(client.connection.state, 'connected');
    const again = event(client.connection, 'connected');
    await world.pass(30 * SECOND);
    await again;
    equal([states[0], client.connection.id, asked], ['disconnected 40142', id, 3]);
  });

  each('an expired token that cannot be renewed fails', async ({ jwt, connected, pass }) => {
    const client = await connected({ token: jwt({ ttlSeconds: 10 }) });
    const failed = event(client.connection, 'failed');
    await pass(6 * SECOND);
    equal((await failed).reason.code, 40171);
  });

  each('a revoked key ends its connections', async ({ control, appId, connected }) => {
    const made = await control().keys.create(appId, { name: 'k', capability: { '*': ['*'] } });
    const client = await connected({ key: made.key });
    const failed = event(client.connection, 'failed');
    await control().keys.revoke(appId, made.id);
    equal((await failed).reason.code, 40131);
  });

  each('a deleted app ends its connections', async ({ control, connected }) => {
    const app = await control().apps.create({ name: 'short-lived' });
    const made = await control().keys.create(app.id, { name: 'k', capability: { '*': ['*'] } });
    const client = await connected({ key: made.key });
    const failed = event(client.connection, 'failed');
    await control().apps.delete(app.id);
    equal((await failed).reason.code, 40400);
  });
}
