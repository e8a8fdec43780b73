/** The one error class; see index.d.ts. */
export class AblyAuthError extends Error {
  constructor({ kind, message, code, statusCode, path, remediation, cause, href, requestId, serverId }) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    // Absent rather than undefined, so that an error prints and serialises without noise.
    if (code !== undefined) this.code = code;
    href ??= code === undefined ? undefined : `https://help.ably.io/error/${code}`;
    if (href !== undefined) this.href = href;
    if (statusCode !== undefined) this.statusCode = statusCode;
    if (path !== undefined) this.path = path;
    if (remediation !== undefined) this.remediation = remediation;
    if (requestId !== undefined) this.requestId = requestId;
    if (serverId !== undefined) this.serverId = serverId;
  }
}
// The class has it too: minification renames it, and Node.js prints both names if they differ.
for (const named of [AblyAuthError, AblyAuthError.prototype])
  Object.defineProperty(named, 'name', { value: 'AblyAuthError', configurable: true, writable: true });

/** Called by the wasm module, for which text is the cheapest thing to hand over. */
export function makeError(json) {
  return new AblyAuthError(JSON.parse(json));
}
