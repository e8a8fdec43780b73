// Channels: what is published, who is present, what a capability permits.
import { equal, ok } from '../js/assert.mjs';
import { caseOf, event, refusal } from './world.mjs';

const bytes = (data) => (ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data);

export function channels({ test, ...shell }) {
  const each = caseOf(test, shell);

  each('messages of every kind, across REST and realtime', async ({ keys, connected, rest, newName }) => {
    const name = newName();
    const one = await connected({ key: keys.root });
    const other = await connected({ key: keys.root, echoMessages: false });
    const got = { one: [], other: [] };
    for (const [who, client] of Object.entries({ one, other }))
      await client.channels.get(name).subscribe(({ data }) => got[who].push(bytes(data)));
    const values = ['text', { deep: ['ä', 1, null] }, new Uint8Array([0, 1, 255])];
    for (const value of values) ok((await one.channels.get(name).publish('n', value)).serials[0]);
    await rest().channels.get(name).publish('n', 'rest');
    await other.channels.get(name).publish('n', 'own');
    const last = new Promise((resolve) => one.channels.get(name).subscribe('last', resolve));
    await one.channels.get(name).publish('last', 'last');
    await last;
    const expected = [...values.map(bytes), 'rest'];
    equal(got.one, [...expected, 'own', 'last']);
    await other.channels.get(name).publish('x', 'y');
    equal(got.other.slice(0, 4), expected);
    ok(!got.other.includes('own'));
    equal((await one.channels.get(name).history({ untilAttach: true })).items, []);
    const { items } = await rest().channels.get(name).history({ direction: 'forwards', limit: 4 });
    equal(
      items.map(({ data }) => bytes(data)),
      expected,
    );
  });

  each('what is not attached can be published to, and detached is silent', async ({ keys, connected, newName }) => {
    const name = newName();
    const [reader, writer] = [await connected({ key: keys.root }), await connected({ key: keys.root })];
    const channel = reader.channels.get(name);
    const got = [];
    await channel.subscribe(({ data }) => got.push(data));
    const first = event(channel, 'detached');
    await writer.channels.get(name).publish('n', 'one');
    equal(writer.channels.get(name).state, 'initialized');
    const two = new Promise((resolve) => channel.subscribe('own', resolve));
    await channel.publish('own', 'two');
    await two;
    await channel.detach();
    await first;
    await writer.channels.get(name).publish('n', 'three');
    await channel.attach();
    const four = new Promise((resolve) => channel.subscribe('last', resolve));
    await writer.channels.get(name).publish('last', 'four');
    await four;
    equal(got, ['one', 'two', 'four']);
  });

  each('presence: members, their data, and who leaves', async ({ keys, connected, rest, newName }) => {
    const name = newName();
    const ada = await connected({ key: keys.root, clientId: 'ada' });
    const bob = await connected({ key: keys.root, clientId: 'bob' });
    await ada.channels.get(name).presence.enter({ mood: 'good' });
    const seen = [];
    await bob.channels.get(name).presence.subscribe(({ action, clientId }) => seen.push([action, clientId]));
    const members = await bob.channels.get(name).presence.get();
    equal(
      members.map(({ clientId, data }) => [clientId, data]),
      [['ada', { mood: 'good' }]],
    );
    await ada.channels.get(name).presence.update('busy');
    equal((await rest().channels.get(name).presence.get()).items[0].data, 'busy');
    const left = new Promise((resolve) => bob.channels.get(name).presence.subscribe('leave', resolve));
    ada.close();
    equal((await left).clientId, 'ada');
    equal(seen.at(-1), ['leave', 'ada']);
    equal(await bob.channels.get(name).presence.get(), []);
  });

  each('presence needs an identity, and one of its own', async ({ keys, jwt, connected, newName }) => {
    const anonymous = await connected({ key: keys.root });
    ok([40012, 91000].includes(await refusal(anonymous.channels.get(newName()).presence.enter())));
    const ada = await connected({ token: jwt() });
    equal(await refusal(ada.channels.get(newName()).presence.enterClient('bob')), 40012);
    equal(await refusal(ada.channels.get(newName()).publish({ name: 'n', clientId: 'bob' })), 40012);
  });

  each('a capability decides about attaching and publishing', async ({ jwt, connected, newName }) => {
    const client = await connected({ token: jwt({ capability: { 'chat:*': ['subscribe'] } }) });
    equal(await refusal(client.channels.get('elsewhere').attach()), 40160);
    const channel = client.channels.get(newName());
    await channel.attach();
    equal(channel.modes, ['subscribe', 'presence_subscribe']);
    equal(await refusal(channel.publish('x', 'y')), 40160);
    equal(await refusal(channel.presence.enter()), 40160);
    equal(client.connection.state, 'connected');
  });

  each('modes are those asked for', async ({ keys, connected, newName }) => {
    const client = await connected({ key: keys.root, clientId: 'ada' });
    const channel = client.channels.get(newName(), { modes: ['PUBLISH'] });
    await channel.attach();
    equal(channel.modes, ['publish']);
    await channel.publish('n', 'x');
    ok([40160, 40165].includes(await refusal(channel.presence.enter())));
    await channel.setOptions({ modes: ['SUBSCRIBE', 'PRESENCE'] });
    equal(channel.modes.toSorted(), ['presence', 'subscribe']);
    await channel.presence.enter();
  });

  each('names and sizes have bounds', async ({ keys, connected, newName }) => {
    const client = await connected({ key: keys.root });
    for (const name of ['', ':hell', '[']) equal(await refusal(client.channels.get(name).attach()), 40010, name);
    equal(await refusal(client.channels.get(newName()).publish('n', 'x'.repeat(70_000))), 40009);
    equal(client.connection.state, 'connected');
  });

  each('rewind and occupancy', async ({ keys, connected, rest, newName }) => {
    const name = newName();
    await rest().channels.get(name).publish('n', 'past');
    const client = await connected({ key: keys.root });
    const channel = client.channels.get(name, { params: { rewind: '1', occupancy: 'metrics' } });
    const past = new Promise((resolve) => channel.subscribe('n', resolve));
    const metrics = new Promise((resolve) => channel.subscribe('[meta]occupancy', resolve));
    equal((await past).data, 'past');
    equal((await metrics).data.metrics.subscribers, 1);
    equal(channel.params, { rewind: '1', occupancy: 'metrics' });
    const { status } = await rest().channels.get(name).status();
    equal([status.isActive, status.occupancy.metrics.connections], [true, 1]);
  });
}
