// The public functions, for every entry of the package. Documented in index.d.ts.
export { accessTokenAllows } from './access-token.js';
export { accessTokenCapabilities } from './control-operations.js';
export {
  capabilityAllows,
  checkCapability,
  compactCapability,
  explainCapability,
  intersectCapabilities,
  parseCapability,
} from './capability.js';
export { createControlClient } from './control.js';
export { createAccess } from '../edge/access.js';
export { createTokenEndpoint } from '../edge/token-endpoint.js';
export { AblyAuthError } from './error.js';
export { createIssuer, issueJwt, issueJwtSync } from './issue.js';
export { createRevocations } from '../edge/revocations.js';
export { revokeTokens } from './revoke.js';
export { createTokenRequest, getTime, requestToken } from './token-request.js';
export { decodeJwt, verifyJwt } from './verify.js';
export { verifyRequest } from '../edge/verify-request.js';
