// The entry for React Native, whose engine has no WebAssembly: every function that needs the module says so, and the app
// is not made larger by a module that cannot start. `ably-edge-auth/inlined` is for engines that have it.
import { noWebAssembly } from './lib/module/no-webassembly.js';

function unavailable() {
  throw noWebAssembly();
}

async function rejected() {
  throw noWebAssembly();
}

export { accessTokenCapabilities } from './lib/control-operations.js';
export { AblyAuthError } from './lib/error.js';
export {
  unavailable as accessTokenAllows,
  unavailable as capabilityAllows,
  unavailable as checkCapability,
  unavailable as compactCapability,
  unavailable as createAccess,
  unavailable as createControlClient,
  unavailable as createIssuer,
  unavailable as createRevocations,
  unavailable as createTokenEndpoint,
  unavailable as createTokenRequest,
  unavailable as decodeJwt,
  unavailable as explainCapability,
  unavailable as intersectCapabilities,
  unavailable as issueJwtSync,
  unavailable as parseCapability,
  unavailable as verifyJwt,
};
export {
  rejected as getTime,
  rejected as issueJwt,
  rejected as requestToken,
  rejected as revokeTokens,
  rejected as verifyRequest,
};
