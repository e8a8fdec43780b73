// Vercel's and Next's edge runtime: as Workers, and `?module` is how it asks for a compiled module.
import module from './generated/ably_edge_auth.wasm?module';
import { loadSync } from './lib/module/load.js';

// Next's own server compiles it in another realm, whose Module is not this one's.
if (!(module instanceof WebAssembly.Module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
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
