// What a command ends with when it does not do what it was asked.

/** A failure that is told in one line, with a hint under it. Exit code 1 unless it says otherwise. */
export class Failure extends Error {
  constructor(message, { hint, exitCode = 1, code, statusCode, href, context, lines = [] } = {}) {
    super(message);
    Object.assign(this, { hint, exitCode, code, statusCode, href, context, lines });
  }
}

/** The command line itself is wrong: nothing was tried. */
export function misuse(message, hint) {
  return new Failure(message, { hint, exitCode: 2 });
}

/** Ended by the user, as a shell counts it. */
export const INTERRUPTED = 130;

export class Interrupted extends Failure {
  constructor(message = 'Interrupted.') {
    super(message, { exitCode: INTERRUPTED });
  }
}

/** Any error, as a failure to be told. What the library calls remediation is the Ably CLI's hint. */
export function asFailure(error) {
  if (error instanceof Failure) return error;
  if (error?.kind === 'aborted') return new Interrupted();
  if (error?.name !== 'AblyAuthError') return new Failure(error instanceof Error ? error.message : String(error));
  const { message, remediation: hint, code, statusCode, href, context } = error;
  return new Failure(message, { hint, code, statusCode, href, context });
}
