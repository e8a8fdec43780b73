// How Ably says no.

/** The body of a refusal. The Control API has no `error` around it. */
export function errorBody(
  path,
  { code, message, statusCode, href = `https://help.ably.io/error/${code}`, details = null },
) {
  const info = { message, code, statusCode, href };
  return JSON.stringify(path.startsWith('/v1/') ? { ...info, details } : { error: info });
}

/** Thrown below: refused, with a code and a status. */
export class Refusal extends Error {
  constructor(statusCode, code, message) {
    super(message);
    Object.assign(this, { statusCode, code });
  }
}
