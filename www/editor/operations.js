// The 17 operations by subject. A shown name omits what its group already says.
export const GROUPS = [
  ['Messages', ['publish', 'subscribe', 'history']],
  ['Presence', ['presence']],
  ['Edits', ['message-update-own', 'message-update-any', 'message-delete-own', 'message-delete-any'], 'message-'],
  ['Annotations', ['annotation-publish', 'annotation-subscribe'], 'annotation-'],
  ['Objects', ['object-publish', 'object-subscribe'], 'object-'],
  ['Push', ['push-subscribe', 'push-admin'], 'push-'],
  ['Channel, app', ['channel-metadata', 'privileged-headers', 'stats']],
];

export const OPERATIONS = GROUPS.flatMap(([, operations]) => operations);
