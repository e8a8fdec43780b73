// The entry for Node.js and Bun. It reads the .wasm file, or in a bundle decodes the embedded text.
import { bytes, length } from '../generated/bytes.js';
import { loadOnImport } from '../lib/module/load.js';
import { readWasm } from './read-wasm.js';

// The name is not in the `new URL`, where bundlers would take the file for an asset and copy it.
const WASM = '../generated/ably_edge_auth.wasm';
loadOnImport(() => readWasm(WASM, import.meta.url, length) ?? bytes());

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
} from '../lib/api.js';
