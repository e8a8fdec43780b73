// What an application does with each feature of a space.
// Compiled to CommonJS: Node gives its default export inside another.
import spaces from '@ably/spaces';
import { heard } from './heard.mjs';

const { default: Spaces } = spaces;

export const SPACE = 'board:1';
const CHANNEL = `${SPACE}::$space`;
const CURSORS = `${SPACE}::$cursors`;
const POSITION = { position: { x: 1, y: 2 } };

/** Presence data of another member, as the SDK writes it. */
const dataOf = (profile, location = null) => ({
  profileUpdate: { id: `profile-of-${profile}`, current: { name: profile } },
  locationUpdate: { id: location && `location-${location}`, previous: null, current: location },
});
const enters = { clientId: 'bob', action: 2, data: dataOf('Bob') };
const moves = { clientId: 'bob', action: 4, data: dataOf('Bob', 'slide 2') };
const locks = {
  ...moves,
  extras: { locks: [{ id: 'title', status: 'pending', timestamp: 1 }] },
};

export const answer = (_method, path) => (path === '/time' ? [Date.now()] : []);

/** The SDK sends cursors only while two members are on their channel. */
async function withTwoCursors(space, { deliver }) {
  space.cursors.subscribe('update', () => {});
  const { channel } = space.cursors;
  await heard(
    (listener) => channel.presence.subscribe(listener),
    () => channel.attach(),
  );
  await heard(
    (listener) => channel.presence.subscribe(({ clientId }) => clientId === 'bob' && listener()),
    () => deliver('PRESENCE', CURSORS, { clientId: 'bob', action: 2 }),
  );
  await channel.presence.get();
}

const FEATURES = {
  enter: (space) => space.enter(),
  members: async (space, { deliver }) => {
    await space.enter();
    await heard(
      (listener) => space.members.subscribe('enter', ({ clientId }) => clientId === 'bob' && listener()),
      () => deliver('PRESENCE', CHANNEL, enters),
    );
    await space.members.getAll();
  },
  'watch-members': (space, { deliver }) =>
    heard(
      (listener) => space.members.subscribe('enter', listener),
      async () => {
        await space.channel.attach();
        deliver('PRESENCE', CHANNEL, enters);
      },
    ),
  locations: async (space, { deliver }) => {
    await space.enter();
    await space.locations.set('slide 1');
    await heard(
      (listener) => space.locations.subscribe('update', ({ member }) => member.clientId === 'bob' && listener()),
      () => deliver('PRESENCE', CHANNEL, moves),
    );
  },
  locks: async (space, { deliver }) => {
    await space.enter();
    await space.locks.acquire('slide');
    await heard(
      (listener) => space.locks.subscribe('update', ({ member }) => member.clientId === 'bob' && listener()),
      () => deliver('PRESENCE', CHANNEL, locks),
    );
  },
  cursors: async (space, world) => {
    await space.enter();
    await withTwoCursors(space, world);
    const sent = world.untilSent('MESSAGE', CURSORS);
    await space.cursors.set(POSITION);
    await sent;
    await heard(
      (listener) => space.cursors.channel.subscribe('cursorUpdate', listener),
      () =>
        world.deliver('MESSAGE', CURSORS, {
          clientId: 'bob',
          name: 'cursorUpdate',
          data: [{ cursor: POSITION, offset: 0 }],
        }),
    );
  },
  'cursors-getall': async (space, world) => {
    await withTwoCursors(space, world);
    await space.cursors.getAll();
  },
};

/** @returns what `observe` runs */
export const use = (feature) => async (world) => {
  const space = await new Spaces(world.client).get(SPACE);
  await FEATURES[feature](space, world);
};
