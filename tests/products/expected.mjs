// What the SDKs do for each feature, at the versions in package.json. The operations are not here: those are in the
// feature tables of src/products/features.txt, and compare.mjs holds them against what the SDKs do.

/** Modes that a room is attached with. Ably grants those of them that the token permits. */
const ROOM_MODES = ['PRESENCE', 'PUBLISH', 'SUBSCRIBE', 'PRESENCE_SUBSCRIBE', 'ANNOTATION_PUBLISH'];
const MESSAGES = '/chat/v4/rooms/R/messages';
const UPDATE = [`PUT ${MESSAGES}/SERIAL`];
const DELETE = [`POST ${MESSAGES}/SERIAL/delete`];

export const CHAT = {
  modes: { default: ROOM_MODES, 'reactions-raw': [...ROOM_MODES, 'ANNOTATION_SUBSCRIBE'] },
  calls: {
    send: [`POST ${MESSAGES}`],
    'update-own': UPDATE,
    'update-any': UPDATE,
    'delete-own': DELETE,
    'delete-any': DELETE,
    history: [`GET ${MESSAGES}`],
    'get-message': [`GET ${MESSAGES}/SERIAL`, `GET ${MESSAGES}/SERIAL/versions`],
    react: [`POST ${MESSAGES}/SERIAL/reactions`, `DELETE ${MESSAGES}/SERIAL/reactions`],
    'occupancy-get': ['GET /chat/v4/rooms/R/occupancy'],
  },
  channels: { default: ['R::$chat'] },
};

// The SDK for spaces sets no modes, so Ably grants its default ones.
const CURSOR_HISTORY = 'GET /channels/S::$cursors/messages';
const WITH_CURSORS = ['S::$space', 'S::$cursors'];

export const SPACES = {
  modes: { default: [] },
  calls: { 'cursors-getall': [CURSOR_HISTORY, CURSOR_HISTORY] },
  channels: { default: ['S::$space'], cursors: WITH_CURSORS, 'cursors-getall': WITH_CURSORS },
  /** The SDK has no method for it: an application uses the channel of the space. */
  without: ['occupancy'],
};

/** Operations that documents ask for and that the SDKs do without, by feature and place. */
export const DOCUMENTED_ONLY = {
  // The SDK reads both by REST, which needs no mode of the channel.
  history: { chat: ['subscribe'] },
  'occupancy-get': { chat: ['subscribe'] },
  // The SDK waits for its own presence message, which a client is always told of.
  enter: { space: ['subscribe'] },
};
