// The numbers of Ably's realtime protocol (https://sdk.ably.com/builds/ably/specification/main/protocol/).

/** The version that is spoken. */
export const VERSION = 6;

/** What a frame is about. */
export const ACTION = {
  HEARTBEAT: 0,
  ACK: 1,
  NACK: 2,
  CONNECTED: 4,
  DISCONNECTED: 6,
  CLOSE: 7,
  CLOSED: 8,
  ERROR: 9,
  ATTACH: 10,
  ATTACHED: 11,
  DETACH: 12,
  DETACHED: 13,
  MESSAGE: 15,
  AUTH: 17,
};

/** Bits in the flags of ATTACH and ATTACHED. */
export const FLAG = {
  HAS_BACKLOG: 1 << 1,
  RESUMED: 1 << 2,
  /** Of ATTACH: the channel was attached before, so messages of the past are not wanted again. */
  ATTACH_RESUME: 1 << 5,
};

/** The bit of each mode in the flags. */
const MODES = { presence: 16, publish: 17, subscribe: 18, presence_subscribe: 19 };

/** The modes that an ATTACHED grants. */
export const modesIn = (flags = 0) => Object.keys(MODES).filter((mode) => flags & (1 << MODES[mode]));

export const isTokenError = (error) => error?.statusCode === 401 && error.code >= 40140 && error.code < 40150;
