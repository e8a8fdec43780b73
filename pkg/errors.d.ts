/**
 * Explains Ably's error codes: what each means, what it is likely to come from, and what to do. With a token, it says which
 * of the causes it is.
 *
 * @example
 * import { explainError } from 'ably-edge-auth/errors';
 *
 * channel.on('failed', ({ reason }) => {
 *   const { meaning, remediation, here } = explainError(reason, { token, channel: channel.name, operation: 'publish' });
 *   console.error(meaning, here?.[0]?.message ?? remediation);
 * });
 * @module ably-edge-auth/errors
 */
import type { Capability } from './index.js';

/** A row of the table of error codes. */
export interface ErrorCode {
  readonly code: number;
  /** The HTTP status, if Ably documents one. */
  readonly statusCode?: number;
  /** What the code means, as a sentence without a full stop. */
  readonly meaning: string;
  /** Parts of the messages that Ably's servers and SDKs send with the code. */
  readonly texts?: readonly string[];
  /** The likely causes, the most likely first. */
  readonly causes: readonly string[];
  /** An instruction that says what to do. */
  readonly remediation: string;
}

/** The codes that concern tokens, keys, capabilities and what they permit, by number. */
export const errorCodes: readonly ErrorCode[];

/** What is known about the situation in which the error came up. */
export interface ErrorContext {
  /** The client's token: an Ably JWT. Its signature is not checked. An Ably token cannot be read. */
  token?: string | undefined;
  /** The channel of the refused operation. */
  channel?: string | undefined;
  /** The refused operation, such as `publish`. */
  operation?: string | undefined;
  /** The capability of the key that signed the token. */
  keyCapability?: string | Capability | undefined;
  /** The time of the error, in ms since 1970 or as a Date. Default: the clock. */
  now?: number | Date | undefined;
}

/** A fact about the token that explains the error. */
export interface ErrorFinding {
  message: string;
  /** An instruction that says what to do. */
  remediation?: string;
}

export interface ErrorExplanation {
  /** Absent if the error has no code, and its text is not one of Ably's. */
  code?: number;
  statusCode?: number;
  /** What the code means, as a sentence without a full stop. */
  meaning: string;
  /** The likely causes, the most likely first. Empty if the code is not in the table. */
  causes: string[];
  /** An instruction that says what to do. */
  remediation: string;
  /** Ably's page about the code. */
  href?: string;
  /** What the token shows to be so. Given if the context has a token. Empty if the token explains nothing about this code. */
  here?: ErrorFinding[];
  /** The explanation of the error's `cause`, if that has a code: a failed authUrl is 80019, caused by 40170. */
  cause?: ErrorExplanation;
}

/**
 * Explains an error.
 *
 * @param error an error code, the text of a message, an ErrorInfo of an Ably SDK, an AblyAuthError, or the body of a failed
 * request, as an object or as JSON
 * @throws AblyAuthError `usage` if the context has an unknown option or one of the wrong type. Never throws because of
 * `error`.
 *
 * @example
 * import { explainError } from 'ably-edge-auth/errors';
 * explainError(40160).meaning; // The capability does not allow the operation
 * explainError('token unrecognized').code; // 40143
 */
export function explainError(error: unknown, context?: ErrorContext): ErrorExplanation;
