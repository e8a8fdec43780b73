// Secrets are shown only to whoever asks for them: what is on a screen is on its recordings too.

/** `appId.keyId:secret` with the secret out of sight. */
export function maskKey(key) {
  const at = key.indexOf(':');
  return at === -1 ? '***' : `${key.slice(0, at)}:***`;
}

// Of fields in Ably's OpenAPI document: what they hold opens something. A signingKeyId or a routingKey does not.
const SECRET_NAME = /secret|password|private|^token$|^(webhook|fcm|api|apnsSigning)Key$|^accessKeyId$|serviceAccount$|certificate$/i;
const WITH_PASSWORD = /^([a-z][\w+.-]*:\/\/[^/:@\s]*):[^/@\s]+@/i;

/** The same value without what is secret in it, whatever it is of. */
export function masked(value, name = '') {
  if (Array.isArray(value)) return value.map((item) => masked(item, name));
  if (typeof value === 'object' && value !== null) {
    // A header: it may be Authorization.
    const isHeader = name === 'headers';
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, isHeader && key === 'value' ? '***' : masked(item, key)]));
  }
  if (typeof value !== 'string' || value === '') return value;
  if (name === 'key' && /^[\w-]+\.[\w-]+:./.test(value)) return maskKey(value);
  if (SECRET_NAME.test(name)) return '***';
  return value.replace(WITH_PASSWORD, '$1:***@');
}
