// What to do if Ably cannot be reached, or does not know the key, because of a setting for the sandbox.
import { isLoopback, NOT_AN_ENDPOINT } from './address.js';

const SANDBOX_APP = 'sndbox';
const NOT_FOUND = 40400;

/**
 * @param {import('./failure.js').Failure} failure
 * @param {Record<string, string | undefined>} env
 * @param {{ app?: string, endpoint?: string }} used the app of the key and the endpoint, if the command has read them
 * @returns {string | undefined}
 */
export function unreachedHint({ kind, code, message }, env, used) {
  const { ABLY_ENDPOINT: endpoint = '', ABLY_CONTROL_HOST: control = '' } = env;
  const isUnreached = kind === 'network';
  const plain = `http://${endpoint}`;
  if ((isUnreached || message === NOT_AN_ENDPOINT) && isLoopback(plain))
    return `Without a scheme ABLY_ENDPOINT is https. For a sandbox, set it to ${plain}`;
  // On loopback, only a sandbox answers in place of Ably.
  if (isUnreached && [endpoint, control, `http://${control}`].some(isLoopback))
    return 'Is the sandbox running? Start it with: ably-edge-auth sandbox';
  if ((isUnreached || code === NOT_FOUND) && used.app === SANDBOX_APP && used.endpoint === undefined)
    return 'This is a key of the sandbox: start it with `npx ably-edge-auth sandbox` and export ABLY_ENDPOINT=http://127.0.0.1:8585';
  return undefined;
}
