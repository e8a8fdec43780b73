// Cloudflare Workers: they compile a module when it is deployed, and never from bytes.
import module from './generated/ably_edge_auth.wasm';
import { loadSync } from './lib/module/load.js';

loadSync(module);

// By name: bundlers follow `export *` past this file, and the start above would be left out.
export {
  AblyAuthError,
  accessTokenAllows,
  accessTokenCapabilities,
  capabilityAllows,
  checkCapability,
  createControlClient,
  createIssuer,
  createRevocations,
  createTokenEndpoint,
  createTokenRequest,
  decodeJwt,
  explainCapability,
  getTime,
  intersectCapabilities,
  issueJwt,
  issueJwtSync,
  parseCapability,
  requestToken,
  revokeTokens,
  verifyJwt,
  verifyRequest,
} from './lib/api.js';
