// @ts-self-types="./errors.d.ts"
// Explains Ably's errors. An entry of its own, so that only those who want the table load it.
import { decodeJwt, explainCapability } from './index.js';
import { explainerWith } from './errors/explain.js';

export { errorCodes } from './errors/codes.js';
export const explainError = explainerWith({ decodeJwt, explainCapability });
