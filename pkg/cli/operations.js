// The documented operations, for completion and for the error about an unknown one. src/capability/operation.rs has the
// table that counts, and tests/rust/core/operations.rs compares the two.
export const OPERATIONS = [
  'annotation-publish',
  'annotation-subscribe',
  'channel-metadata',
  'history',
  'message-delete-any',
  'message-delete-own',
  'message-update-any',
  'message-update-own',
  'object-publish',
  'object-subscribe',
  'presence',
  'privileged-headers',
  'publish',
  'push-admin',
  'push-subscribe',
  'stats',
  'subscribe',
];
