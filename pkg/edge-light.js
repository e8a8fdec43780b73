// Entry for where a `?module` import provides a compiled module: the edge runtime of Vercel and Next.js, and, by the condition
// `unwasm`, Cloudflare as Nitro and Nuxt build for it.
import module from './generated/ably_edge_auth.wasm?module';
import { loadSync } from './lib/module/load.js';

// The Next.js server compiles the module in another realm, where WebAssembly.Module is a different class.
if (!(module instanceof WebAssembly.Module)) Object.setPrototypeOf(module, WebAssembly.Module.prototype);
loadSync(module);

// Exports by name: with `export *`, bundlers would skip this file and drop the call above.
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
