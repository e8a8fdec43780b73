// Whether an operation has no effect in a token without a client id, which the module says of a whole capability.
import { checkCapability } from './api.js';

export function needsClientId(operation) {
  const { diagnostics } = checkCapability({ x: [operation] }, { clientId: null });
  return diagnostics.some(({ code }) => code === 'needs-client-id');
}
