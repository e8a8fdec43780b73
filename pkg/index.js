// @ts-self-types="./index.d.ts"
// The entry for browsers, bundlers and Deno. The module is embedded as text and starts during import.
import { bytes } from './generated/bytes.js';
import { loadOnImport } from './lib/module/load.js';

loadOnImport(bytes);

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
