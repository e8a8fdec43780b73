import {
  type ErrorCode,
  type ErrorContext,
  type ErrorExplanation,
  errorCodes,
  explainError,
} from 'ably-edge-auth/errors';
import { exact } from './exact.js';

const context: ErrorContext = {
  token: 'a.b.c',
  channel: 'chat:1',
  operation: 'publish',
  keyCapability: { 'chat:*': ['publish'] },
  now: new Date(),
};
const explanation: ErrorExplanation = explainError(40160, context);
exact<number | undefined>()(explanation.code);
exact<number | undefined>()(explanation.statusCode);
exact<string>()(explanation.meaning);
exact<string[]>()(explanation.causes);
exact<string>()(explanation.remediation);
exact<string | undefined>()(explanation.href);
exact<{ message: string; remediation?: string }[] | undefined>()(explanation.here);
exact<ErrorExplanation | undefined>()(explanation.cause);
explainError('token unrecognized');
explainError(new Error('anything'));
explainError(undefined);
// @ts-expect-error an unknown option
explainError(40160, { channels: 'chat:1' });

const [first]: readonly ErrorCode[] = errorCodes;
exact<ErrorCode | undefined>()(first);
// @ts-expect-error the table is read-only
errorCodes.push({ code: 1, meaning: '', causes: [], remediation: '' });
