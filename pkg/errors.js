// Explains Ably's errors. An entry of its own, so that only those who want the table load it.
import { decodeJwt, explainCapability } from 'ably-edge-auth';
import { explainerWith } from './errors/explain.js';

export { errorCodes } from './errors/codes.js';
export const explainError = explainerWith({ decodeJwt, explainCapability });
