// The entry for Cloudflare Workers, which compile a module when it is deployed and never from bytes.
import module from './generated/ably_edge_auth.wasm';
import { loadSync } from './lib/module/load.js';

loadSync(module);

// Each name is listed, because bundlers follow `export *` past this file and would omit the call above.
export {
  AblyAuthError,
  accessTokenAllows,
  accessTokenCapabilities,
  capabilityAllows,
  checkCapability,
  compactCapability,
  createAccess,
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
