// The 17 operations, by what they touch.
export const GROUPS = [
  ['Messages', ['publish', 'subscribe', 'history']],
  ['Presence', ['presence']],
  ['Edits', ['message-update-own', 'message-update-any', 'message-delete-own', 'message-delete-any']],
  ['Annotations', ['annotation-publish', 'annotation-subscribe']],
  ['Objects', ['object-publish', 'object-subscribe']],
  ['Push', ['push-subscribe', 'push-admin']],
  ['Channel and app', ['channel-metadata', 'privileged-headers', 'stats']],
];

export const OPERATIONS = GROUPS.flatMap(([, operations]) => operations);
