// @ts-self-types="./webhook.d.ts"
// Verifies webhooks. It does not need the wasm module, so a program that only receives webhooks loads none.
export { AblyAuthError } from './lib/error.js';
export { verifyWebhook } from './webhook/verify.js';
