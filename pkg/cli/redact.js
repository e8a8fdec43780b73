// Secrets are shown only to whoever asks for them: what is on a screen is on its recordings too.

/** `appId.keyId:secret` with the secret out of sight. */
export function maskKey(key) {
  const at = key.indexOf(':');
  return at === -1 ? '***' : `${key.slice(0, at)}:***`;
}

// Of fields in Ably's OpenAPI document: what they hold opens something. A signingKeyId or a routingKey does not.
const SECRET_NAME =
  /secret|password|private|^token$|^(webhook|fcm|api|apnsSigning)Key$|^accessKeyId$|serviceAccount$|certificate$/i;

/** The same value without what is secret in it, whatever it is of. */
export function masked(value, name = '') {
  if (Array.isArray(value)) return value.map((item) => masked(item, name));
  if (typeof value === 'object' && value !== null) {
    // A header: it may be Authorization.
    const isHeader = name === 'headers';
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, isHeader && key === 'value' ? '***' : masked(item, key)]),
    );
  }
  if (typeof value !== 'string' || value === '') return value;
  if (name === 'key' && /^[\w-]+\.[\w-]+:./.test(value)) return maskKey(value);
  if (SECRET_NAME.test(name)) return '***';
  return value.replace(USER, maskUser);
}

/** What stands before the `@` of an address. The look behind keeps the search linear; so it does in the others. */
const USER = /(?<![a-z\d+.-])([a-z][a-z\d+.-]*:\/\/)([^\s/?#"']+)@/gi;

function maskUser(_, scheme, user) {
  const at = user.indexOf(':');
  return `${scheme}${at === -1 ? '***' : `${user.slice(0, at)}:***`}@`;
}

/** As Ably writes keys: ids of six characters. Shorter secrets are taken for something else: a channel is named `org.room:lobby`. */
const KEY = /(?<![\w-])([\w-]{6}\.[\w-]{6}):[\w-]{16,}/g;
const JWT = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*/g;

/** Any text without the keys, tokens and passwords that can be told by their looks. `isMeant(found)`: it is to be shown. */
export function redacted(text, isMeant = () => false) {
  const unlessMeant =
    (mask) =>
    (found, ...parts) =>
      isMeant(found) ? found : mask(found, ...parts);
  return text
    .replace(USER, unlessMeant(maskUser))
    .replace(
      KEY,
      unlessMeant((_, name) => `${name}:***`),
    )
    .replace(
      JWT,
      unlessMeant(() => '***'),
    );
}

/** Anything that may be a key, a port excepted. */
const LIKE_KEY = /(?<![\w-])([\w-]+\.[\w-]+)(:|%3A)(?!\*\*\*|\d{1,5}(?![\w-]))\S+/gi;
/** As access tokens and the parts of others are; or longer than a word of any language. */
const OPAQUE = /(?<![\w+=-])(?:(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])[\w+=-]{16,}|[\w+=-]{40,})/g;
const LONG_OPAQUE = /(?<![\w+=-])(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])[\w+=-]{32,}/g;
const MAX_ECHOED = 200;

/** What was typed and cannot be used, as it may be repeated: a secret, in the wrong place, has been taken for a name. */
export function echoed(typed) {
  return shortened(redacted(typed).replace(LIKE_KEY, '$1:***').replace(OPAQUE, '***'));
}

/** The same of a file that is not there. Folders are named as they like; a secret is in none. */
export function echoedPath(path) {
  return /[/\\]/.test(path) ? shortened(redacted(path).replace(LIKE_KEY, '$1:***')) : echoed(path);
}

function shortened(text) {
  return text.length > MAX_ECHOED ? `${text.slice(0, MAX_ECHOED)}…` : text;
}

/** A text in which places are marked, so that it keeps its length: without what is too long for anybody's name. */
export function veiled(text) {
  return text.replace(LONG_OPAQUE, (found) => '*'.repeat(found.length));
}
