// Browsers and bundlers, and Node.js, Deno and Bun, which get all of this in one file (generated/index.js): the
// module travels as text, and starts during import.
import { bytes } from './generated/bytes.js';
import { loadSync } from './lib/module/load.js';

loadSync(bytes);

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
