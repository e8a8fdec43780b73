// What an application does with each feature of a chat room.
import { ChatClient } from '@ably/chat';
import { equal } from '../js/assert.mjs';
import { heard } from './heard.mjs';

export const ROOM = 'support:7';
const CHANNEL = `${ROOM}::$chat`;
const HELLO = { text: 'hello', metadata: { mood: 'good' }, headers: { urgent: 'no' } };

/** The room, as another client has it. */
const roomOf = async (client, options) => new ChatClient(client).rooms.get(ROOM, options);
const attachedRoom = async (client) => {
  const room = await roomOf(client);
  await room.attach();
  return room;
};
const sent = async (client) => (await (await roomOf(client)).messages.send(HELLO)).serial;

/** What a message has to say. */
const wordsOf = ({ text, metadata, headers, clientId, action }) => ({ text, metadata, headers, clientId, action });

const update = async ({ room, serial }) => {
  const message = await room.messages.update(serial, { text: 'hello again' });
  equal([message.text, message.action, message.version.clientId], ['hello again', 'message.update', 'ada']);
};
const remove = async ({ room, serial }) => {
  const message = await room.messages.delete(serial, { description: 'rude' });
  equal([message.text, message.action, message.version.description], ['', 'message.delete', 'rude']);
};

/** Features by name. `before` says whose message there is. */
const FEATURES = {
  attach: { use: () => {} },
  send: {
    use: async ({ room }) =>
      equal(wordsOf(await room.messages.send(HELLO)), { ...HELLO, clientId: 'ada', action: 'message.create' }),
  },
  receive: {
    async use({ room, other, expect }) {
      const { message } = await heard(
        (listener) => room.messages.subscribe(listener),
        async () => {
          expect('MESSAGE', CHANNEL);
          await sent(other());
        },
      );
      equal(wordsOf(message), { ...HELLO, clientId: 'bob', action: 'message.create' });
    },
  },
  'update-own': { before: 'same', use: update },
  'update-any': { before: 'other', use: update },
  'delete-own': { before: 'same', use: remove },
  'delete-any': { before: 'other', use: remove },
  history: {
    before: 'other',
    async use({ room }) {
      const { items } = await room.messages.history({});
      equal(items.map(wordsOf), [{ ...HELLO, clientId: 'bob', action: 'message.create' }]);
    },
  },
  'get-message': {
    before: 'other',
    async use({ room, serial }) {
      equal((await room.messages.get(serial)).text, HELLO.text);
      equal((await room.messages.getVersions(serial)).items.length, 1);
    },
  },
  react: {
    before: 'other',
    async use({ room, serial, other }) {
      const seen = await attachedRoom(other());
      const total = async () =>
        (await seen.messages.reactions.clientReactions(serial, 'ada')).distinct['👍']?.total ?? 0;
      await room.messages.reactions.send(serial, { name: '👍' });
      equal(await total(), 1);
      await room.messages.reactions.delete(serial, { name: '👍' });
      equal(await total(), 0);
    },
  },
  'reaction-summary': {
    before: 'other',
    async use({ room, serial, other, expect }) {
      const { reactions } = await heard(
        (listener) => room.messages.reactions.subscribe(listener),
        async () => {
          expect('MESSAGE', CHANNEL);
          await (await roomOf(other())).messages.reactions.send(serial, { name: '👍' });
        },
      );
      equal(reactions.distinct['👍'].clientIds, ['bob']);
    },
  },
  'reactions-raw': {
    before: 'other',
    options: { messages: { rawMessageReactions: true } },
    async use({ room, serial, other, expect }) {
      const { reaction } = await heard(
        (listener) => room.messages.reactions.subscribeRaw(listener),
        async () => {
          expect('ANNOTATION', CHANNEL);
          await (await roomOf(other())).messages.reactions.send(serial, { name: '👍' });
        },
      );
      equal([reaction.name, reaction.clientId, reaction.messageSerial], ['👍', 'bob', serial]);
    },
  },
  'presence-enter': { use: ({ room }) => room.presence.enter() },
  'presence-read': {
    use: ({ room, other, expect }) =>
      heard(
        (listener) => room.presence.subscribe(listener),
        async () => {
          expect('PRESENCE', CHANNEL);
          await (await attachedRoom(other())).presence.enter();
        },
      ),
  },
  presence: {
    use: ({ room, other, expect }) =>
      heard(
        (listener) => room.presence.subscribe(({ member }) => member.clientId === 'bob' && listener()),
        async () => {
          await room.presence.enter();
          expect('PRESENCE', CHANNEL);
          await (await attachedRoom(other())).presence.enter();
        },
      ),
  },
  typing: {
    use: ({ room, other, expect }) =>
      heard(
        (listener) => room.typing.subscribe(({ change }) => change.clientId === 'bob' && listener()),
        async () => {
          await room.typing.keystroke();
          await room.typing.stop();
          expect('MESSAGE', CHANNEL);
          await (await attachedRoom(other())).typing.keystroke();
        },
      ),
  },
  'room-reactions': {
    use: ({ room, other, expect }) =>
      heard(
        (listener) => room.reactions.subscribe(({ reaction }) => reaction.clientId === 'bob' && listener()),
        async () => {
          await room.reactions.send({ name: 'like' });
          expect('MESSAGE', CHANNEL);
          await (await attachedRoom(other())).reactions.send({ name: 'like' });
        },
      ),
  },
  occupancy: {
    options: { occupancy: { enableEvents: true } },
    use: ({ room, other, expect }) =>
      heard(
        (listener) => room.occupancy.subscribe(({ occupancy }) => occupancy.connections === 2 && listener()),
        async () => {
          expect('MESSAGE', CHANNEL);
          await attachedRoom(other());
        },
      ),
  },
  'occupancy-get': {
    use: async ({ room }) => equal((await room.occupancy.get()).connections, 1),
  },
};

/** @returns what `observe` runs, and how the paths of its calls have to be read */
export function using(feature) {
  const { before, options, use } = FEATURES[feature];
  let serial;
  return {
    async use(world) {
      if (before !== undefined) serial = await sent(world[before]());
      const chat = new ChatClient(world.client);
      const room = await chat.rooms.get(ROOM, options);
      await room.attach();
      await use({ ...world, room, serial });
      await chat.rooms.release(ROOM);
    },
    generic: (text) => text.replace(ROOM, 'R').replace(serial ?? '', serial === undefined ? '' : 'SERIAL'),
  };
}
