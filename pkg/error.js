/** The one error class; see index.d.ts. */
export class AblyAuthError extends Error {
  constructor({ kind, message, code, statusCode, path, hint, cause }) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    // Absent rather than undefined, so that an error prints and serialises without noise.
    if (code !== undefined) {
      this.code = code;
      this.href = `https://help.ably.io/error/${code}`;
    }
    if (statusCode !== undefined) this.statusCode = statusCode;
    if (path !== undefined) this.path = path;
    if (hint !== undefined) this.hint = hint;
  }
}
Object.defineProperty(AblyAuthError.prototype, 'name', { value: 'AblyAuthError', configurable: true, writable: true });

/** Called by the wasm module, which cannot name an object's fields as cheaply as arguments. */
export function makeError(kind, message, code, statusCode, path, hint) {
  return new AblyAuthError({ kind, message, code, statusCode, path, hint });
}
