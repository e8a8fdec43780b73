// What an application does with each feature of a space.
// Compiled to CommonJS: Node gives its default export inside another.
import spaces from '@ably/spaces';
import { equal } from '../js/assert.mjs';
import { heard } from './heard.mjs';

const { default: Spaces } = spaces;

export const SPACE = 'board:1';
const CHANNEL = `${SPACE}::$space`;
const CURSORS = `${SPACE}::$cursors`;
const POSITION = { position: { x: 1, y: 2 } };

const spaceOf = (client) => new Spaces(client).get(SPACE);
const isBob = (listener) => (update) => (update.member ?? update).clientId === 'bob' && listener(update);

/** Another member, who has entered. */
async function otherMember({ other, expect }) {
  expect('PRESENCE', CHANNEL);
  const space = await spaceOf(other());
  await space.enter({ name: 'Bob' });
  return space;
}

/** The SDK sends cursors only while two members are on their channel. */
async function withTwoCursors(space, { other, expect }) {
  space.cursors.subscribe('update', () => {});
  const { channel } = space.cursors;
  await heard(
    (listener) => channel.presence.subscribe(listener),
    () => channel.attach(),
  );
  const bob = await spaceOf(other());
  await bob.enter({ name: 'Bob' });
  await heard(
    (listener) => channel.presence.subscribe(({ clientId }) => clientId === 'bob' && listener()),
    async () => {
      expect('PRESENCE', CURSORS);
      bob.cursors.subscribe('update', () => {});
    },
  );
  await channel.presence.get();
  return bob;
}

const FEATURES = {
  enter: (space) => space.enter(),
  async members(space, world) {
    await space.enter();
    await heard(
      (listener) => space.members.subscribe('enter', isBob(listener)),
      () => otherMember(world),
    );
    const members = await space.members.getAll();
    equal(members.map(({ clientId }) => clientId).sort(), ['ada', 'bob']);
  },
  'watch-members': (space, world) =>
    heard(
      (listener) => space.members.subscribe('enter', listener),
      async () => {
        await space.channel.attach();
        await otherMember(world);
      },
    ),
  async locations(space, world) {
    await space.enter();
    await space.locations.set('slide 1');
    const { currentLocation } = await heard(
      (listener) => space.locations.subscribe('update', isBob(listener)),
      async () => (await otherMember(world)).locations.set('slide 2'),
    );
    equal(currentLocation, 'slide 2');
  },
  async locks(space, world) {
    await space.enter();
    await space.locks.acquire('slide');
    const { id } = await heard(
      (listener) => space.locks.subscribe('update', isBob(listener)),
      async () => (await otherMember(world)).locks.acquire('title'),
    );
    equal(id, 'title');
  },
  async cursors(space, world) {
    await space.enter();
    const bob = await withTwoCursors(space, world);
    const isSent = world.untilSent('MESSAGE', CURSORS);
    await space.cursors.set(POSITION);
    await isSent;
    await heard(
      (listener) => space.cursors.subscribe('update', (update) => update.clientId === 'bob' && listener()),
      async () => {
        world.expect('MESSAGE', CURSORS);
        await bob.cursors.set(POSITION);
      },
    );
  },
  async 'cursors-getall'(space, world) {
    await withTwoCursors(space, world);
    equal(Object.keys(await space.cursors.getAll()).length, 2);
  },
};

/** @returns what `observe` runs, and how the paths of its calls have to be read */
export const using = (feature) => ({
  use: async (world) => FEATURES[feature](await spaceOf(world.client), world),
  generic: (text) => text.replace(SPACE, 'S'),
});
