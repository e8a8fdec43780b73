import { AblyAuthError, type ErrorKind } from 'ably-edge-auth';
import { exact } from './exact.js';

const kinds: ErrorKind[] = [
  'usage',
  'key',
  'capability',
  'token',
  'expired',
  'revoked',
  'forbidden',
  'rate-limited',
  'network',
  'timeout',
  'aborted',
  'service',
];

const error = new AblyAuthError({
  kind: kinds[0] ?? 'usage',
  message: 'what is wrong',
  code: 40000,
  statusCode: 400,
  path: 'key',
  remediation: 'what to do',
  cause: new Error('why'),
});
export const plain: Error = error;
exact<'AblyAuthError'>()(error.name);
exact<ErrorKind>()(error.kind);
exact<string>()(error.message);
exact<number | undefined>()(error.code);
exact<number | undefined>()(error.statusCode);
exact<string | undefined>()(error.path);
exact<string | undefined>()(error.remediation);
exact<string | undefined>()(error.href);
exact<unknown>()(error.cause);
new AblyAuthError({ kind: 'network', message: 'no answer' });
// @ts-expect-error of an unknown kind
new AblyAuthError({ kind: 'strange', message: 'what is wrong' });
// @ts-expect-error without words
new AblyAuthError({ kind: 'usage' });
// @ts-expect-error an error is no place to write to
error.code = 40160;

/** What code in a catch clause does. */
export function statusOf(caught: unknown): number {
  if (!(caught instanceof AblyAuthError)) throw caught;
  switch (caught.kind) {
    case 'expired':
    case 'revoked':
      return 401;
    // @ts-expect-error no such kind
    case 'missing':
      return 404;
    default:
      return caught.statusCode ?? 500;
  }
}
