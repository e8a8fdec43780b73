// The library, with its module started.
import './start.js';

export {
  accessTokenCapabilities,
  capabilityAllows,
  checkCapability,
  createControlClient,
  createTokenRequest,
  decodeJwt,
  explainCapability,
  intersectCapabilities,
  issueJwtSync,
  parseCapability,
  requestToken,
  revokeTokens,
  verifyJwt,
} from '../lib/api.js';
export { refreshCutOff } from '../lib/revoke.js';
