// For runtimes without WebAssembly, where a program may still import the package and do everything else.
import { AblyAuthError } from '../error.js';

export const hasWebAssembly = () => typeof WebAssembly !== 'undefined';

export function noWebAssembly(cause) {
  return new AblyAuthError({
    kind: 'usage',
    message: 'this runtime has no WebAssembly, like React Native and iOS in Lockdown Mode',
    remediation: "get a token from your server's token endpoint: new Ably.Realtime({ authUrl: 'https://…' })",
    cause,
  });
}
