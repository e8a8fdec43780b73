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
  revokeTokens,
  verifyJwt,
} from '../lib/api.js';
