// Masks secrets in output. They are shown only on request, because a terminal may be recorded or shared.

/** Masks the secret of `appId.keyId:secret`. */
export function maskKey(key) {
  const at = key.indexOf(':');
  return at === -1 ? '***' : `${key.slice(0, at)}:***`;
}

// Fields in Ably's OpenAPI document whose values are credentials. A signingKeyId or a routingKey is not one.
const SECRET_NAME =
  /secret|password|private|^token$|^(webhook|fcm|api|apnsSigning)Key$|^accessKeyId$|serviceAccount$|certificate$/i;

/** Copies a Control API resource with its secrets masked. */
export function masked(value, name = '') {
  if (Array.isArray(value)) return value.map((item) => masked(item, name));
  if (typeof value === 'object' && value !== null) {
    // Any custom header may be Authorization.
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

/** The user info of a URL. The look-behind keeps the search linear, here and in the patterns below. */
const USER = /(?<![a-z\d+.-])([a-z][a-z\d+.-]*:\/\/)([^\s/?#"']+)@/gi;

function maskUser(_, scheme, user) {
  const at = user.indexOf(':');
  return `${scheme}${at === -1 ? '***' : `${user.slice(0, at)}:***`}@`;
}

/** Ably's API keys, which have ids of six characters. The minimum length of the secret spares channels such as `org.room:lobby`. */
export const KEY = /(?<![\w-])([\w-]{6}\.[\w-]{6}):[\w-]{16,}/g;
// A hyphen before it makes it look like a flag, and so an argument.
const JWT = /(?<![\w-])-{0,2}eyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*/g;

/**
 * Masks the keys, tokens and passwords in a text that are recognisable by their form.
 * @param isMeant says whether to show a match
 */
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

/** Any text that may be a key. A host with a port is not. */
const LIKE_KEY = /(?<![\w-])([\w-]+\.[\w-]+)(:|%3A)(?!\*\*\*|\d{1,5}(?![\w-]))\S+/gi;
/** A text that looks random, as access tokens and parts of other credentials do, or that is too long for a word. */
const OPAQUE = /(?<![\w+=-])(?:(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])[\w+=-]{16,}|[\w+=-]{40,})/g;
const LONG_OPAQUE = /(?<![\w+=-])(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])[\w+=-]{32,}/g;
const MAX_ECHOED = 200;

/** Input that is safe to repeat in an error: masked, because it may be a secret in place of a name, and shortened. */
export function echoed(typed) {
  return shortened(redacted(typed).replace(LIKE_KEY, '$1:***').replace(OPAQUE, '***'));
}

/** Like `echoed`, for a path. Folder names may look random, so a text with a slash is not checked for that. */
export function echoedPath(path) {
  return /[/\\]/.test(path) ? shortened(redacted(path).replace(LIKE_KEY, '$1:***')) : echoed(path);
}

function shortened(text) {
  return text.length > MAX_ECHOED ? `${text.slice(0, MAX_ECHOED)}…` : text;
}

/** Masks long random text but keeps the length, so that carets under the line still match. */
export function veiled(text) {
  return text.replace(LONG_OPAQUE, (found) => '*'.repeat(found.length));
}
