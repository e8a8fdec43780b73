// What each feature of the SDKs takes. `called`: the calls over HTTP. `realtime`: by channel, the operations that the
// frames need which go in and out. Source: the SDKs at the versions in package.json, and the tables of
// https://ably.com/docs/chat/setup and https://ably.com/docs/spaces/authentication.

/** Modes that a room is attached with. Ably grants those of them that the token permits. */
export const ROOM_MODES = ['PRESENCE', 'PUBLISH', 'SUBSCRIBE', 'PRESENCE_SUBSCRIBE', 'ANNOTATION_PUBLISH'];

const room = (...operations) => ({ 'R::$chat': operations });
const MESSAGES = '/chat/v4/rooms/R/messages';

export const CHAT = {
  attach: { realtime: room() },
  send: { called: [`POST ${MESSAGES}`], realtime: room() },
  receive: { realtime: room('subscribe') },
  update: { called: [`PUT ${MESSAGES}/SERIAL`], realtime: room() },
  delete: { called: [`POST ${MESSAGES}/SERIAL/delete`], realtime: room() },
  history: { called: [`GET ${MESSAGES}`], realtime: room() },
  'get-message': { called: [`GET ${MESSAGES}/SERIAL`, `GET ${MESSAGES}/SERIAL/versions`], realtime: room() },
  react: {
    called: [`POST ${MESSAGES}/SERIAL/reactions`, `DELETE ${MESSAGES}/SERIAL/reactions`],
    realtime: room(),
  },
  'reaction-summary': { realtime: room('subscribe') },
  'reactions-raw': { modes: [...ROOM_MODES, 'ANNOTATION_SUBSCRIBE'], realtime: room('annotation-subscribe') },
  presence: { realtime: room('presence', 'subscribe') },
  'presence-enter': { realtime: room('presence') },
  'presence-read': { realtime: room('subscribe') },
  typing: { realtime: room('publish', 'subscribe') },
  'room-reactions': { realtime: room('publish', 'subscribe') },
  occupancy: { realtime: room('channel-metadata', 'subscribe') },
  'occupancy-get': { called: ['GET /chat/v4/rooms/R/occupancy'], realtime: room() },
};

// The SDK for spaces reads the service's clock when it starts, and sets no modes.
const TIME = 'GET /time';
const space = (...operations) => ({ 'S::$space': operations });
const CURSOR_HISTORY = 'GET /channels/S::$cursors/messages';

export const SPACES = {
  enter: { realtime: space('presence') },
  members: { realtime: space('presence', 'subscribe') },
  'watch-members': { realtime: space('subscribe') },
  locations: { realtime: space('presence', 'subscribe') },
  locks: { realtime: space('presence', 'subscribe') },
  cursors: {
    realtime: { ...space('presence'), 'S::$cursors': ['presence', 'publish', 'subscribe'] },
  },
  'cursors-getall': {
    called: [CURSOR_HISTORY, CURSOR_HISTORY],
    realtime: { ...space('presence'), 'S::$cursors': ['presence', 'subscribe'] },
  },
};
for (const one of Object.values(SPACES)) one.called = [TIME, ...(one.called ?? [])];
