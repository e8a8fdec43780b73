// Errors that end a command.
import { inFlags } from './flag-words.js';

/** An error to print: one line, and a hint below it. */
export class Failure extends Error {
  constructor(
    message,
    { hint, exitCode = 1, code, statusCode, href, context, suggestion, kind, lines = [], correction = [] } = {},
  ) {
    super(message);
    Object.assign(this, { hint, exitCode, code, statusCode, href, context, suggestion, kind, lines, correction });
  }
}

/** An error in the command line. Nothing was attempted. */
export function misuse(message, hint) {
  return new Failure(message, { hint, exitCode: 2 });
}

/** The exit code by which shells report SIGINT. */
export const INTERRUPTED = 130;

export class Interrupted extends Failure {
  constructor(message = 'Interrupted.') {
    super(message, { exitCode: INTERRUPTED });
  }
}

/** Converts any error to a Failure. The library's `remediation` is the `hint` of the Ably CLI. */
export function asFailure(error) {
  if (error instanceof Failure) return error;
  if (error?.kind === 'aborted') return new Interrupted();
  if (error?.name !== 'AblyAuthError') return new Failure(error instanceof Error ? error.message : String(error));
  const { message, remediation: hint, code, statusCode, href, context, kind } = error;
  return new Failure(inFlags(message), { hint: inFlags(hint), code, statusCode, href, context, kind });
}
