// What an application does with each feature of a chat room.
import { ChatClient } from '@ably/chat';
import { heard } from './heard.mjs';

export const ROOM = 'support:7';
const CHANNEL = `${ROOM}::$chat`;
export const SERIAL = 'serial-of-a-message';
const OTHER = { clientId: 'bob' };
const MESSAGE = {
  serial: SERIAL,
  clientId: 'ada',
  text: 'hello',
  action: 'message.create',
  metadata: {},
  headers: {},
  timestamp: 1,
  version: { serial: SERIAL, timestamp: 1 },
};

export function answer(method, path) {
  if (path === '/time') return [Date.now()];
  if (path.endsWith('/occupancy')) return { connections: 1, presenceMembers: 0 };
  if (method === 'GET' && /\/(messages|versions)$/.test(path)) return [MESSAGE];
  return MESSAGE;
}

const update = (room) => room.messages.update(SERIAL, { text: 'hello again' });
const remove = (room) => room.messages.delete(SERIAL);

const FEATURES = {
  attach: () => {},
  send: (room) => room.messages.send({ text: 'hello' }),
  receive: (room, deliver) =>
    heard(
      (listener) => room.messages.subscribe(listener),
      () =>
        deliver('MESSAGE', {
          ...OTHER,
          name: 'chat.message',
          action: 0,
          serial: SERIAL,
          version: {},
          data: { text: 'hello' },
        }),
    ),
  'update-own': update,
  'update-any': update,
  'delete-own': remove,
  'delete-any': remove,
  history: (room) => room.messages.history({}),
  'get-message': async (room) => {
    await room.messages.get(SERIAL);
    await room.messages.getVersions(SERIAL);
  },
  react: async (room) => {
    await room.messages.reactions.send(SERIAL, { name: '👍' });
    await room.messages.reactions.delete(SERIAL, { name: '👍' });
  },
  'reaction-summary': (room, deliver) =>
    heard(
      (listener) => room.messages.reactions.subscribe(listener),
      () =>
        deliver('MESSAGE', {
          action: 4,
          serial: SERIAL,
          annotations: { summary: { 'reaction:distinct.v1': { '👍': { total: 1, clientIds: ['bob'] } } } },
        }),
    ),
  'reactions-raw': (room, deliver) =>
    heard(
      (listener) => room.messages.reactions.subscribeRaw(listener),
      () =>
        deliver('ANNOTATION', {
          ...OTHER,
          action: 0,
          type: 'reaction:distinct.v1',
          name: '👍',
          messageSerial: SERIAL,
          serial: 'serial-of-an-annotation',
        }),
    ),
  'presence-enter': (room) => room.presence.enter(),
  'presence-read': (room, deliver) =>
    heard(
      (listener) => room.presence.subscribe(listener),
      () => deliver('PRESENCE', { ...OTHER, action: 2 }),
    ),
  presence: (room, deliver) =>
    heard(
      (listener) => room.presence.subscribe(({ member }) => member.clientId === OTHER.clientId && listener()),
      async () => {
        await room.presence.enter();
        deliver('PRESENCE', { ...OTHER, action: 2 });
      },
    ),
  typing: (room, deliver) =>
    heard(
      (listener) => room.typing.subscribe(listener),
      async () => {
        await room.typing.keystroke();
        await room.typing.stop();
        deliver('MESSAGE', { ...OTHER, name: 'typing.started', action: 0 });
      },
    ),
  'room-reactions': (room, deliver) =>
    heard(
      (listener) => room.reactions.subscribe(listener),
      async () => {
        await room.reactions.send({ name: 'like' });
        deliver('MESSAGE', { ...OTHER, name: 'roomReaction', action: 0, data: { name: 'like' } });
      },
    ),
  occupancy: (room, deliver) =>
    heard(
      (listener) => room.occupancy.subscribe(listener),
      () => deliver('MESSAGE', { name: '[meta]occupancy', data: { metrics: { connections: 1, presenceMembers: 0 } } }),
    ),
  'occupancy-get': (room) => room.occupancy.get(),
};

/** Options of the room without which a feature does nothing. */
const OPTIONS = {
  'reactions-raw': { messages: { rawMessageReactions: true } },
  occupancy: { occupancy: { enableEvents: true } },
};

/** @returns what `observe` runs */
export const use =
  (feature) =>
  async ({ client, deliver }) => {
    const chat = new ChatClient(client);
    const room = await chat.rooms.get(ROOM, OPTIONS[feature]);
    await room.attach();
    await FEATURES[feature](room, (kind, item) => deliver(kind, CHANNEL, item));
    await chat.rooms.release(ROOM);
  };
