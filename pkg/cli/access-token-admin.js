// Access token management, which Ably offers only in its dashboard and the sandbox offers over HTTP.
import { isLoopback, restAddress } from './address.js';
import { networkOf } from './credentials.js';
import { Failure } from './failure.js';
import { ask } from './rest.js';

export const ADMIN_FLAGS = {
  'admin-token': {
    value: 'TOKEN',
    text: 'The admin token that the sandbox prints, or - to read it from stdin. Defaults to ABLY_ADMIN_TOKEN',
  },
};

export const EXPIRY_FLAG = {
  expiry: {
    value: 'DAYS',
    choices: ['30', '60', '90', 'none'],
    text: 'Days until it expires: 30, 60, 90, or none. Defaults to 30',
  },
};

/** As the dashboard's form sends it: absent for the default, null for no expiry. */
export function expiryDays({ expiry }) {
  if (expiry === undefined) return {};
  return { expiryDays: expiry === 'none' ? null : Number(expiry) };
}

/**
 * Calls the sandbox's dashboard API.
 * @param path the part of the URL after `access_tokens`
 */
export async function askDashboard(context, method, path, body) {
  const network = networkOf(context);
  const address = restAddress(network.endpoint);
  if (!isLoopback(address))
    throw new Failure('Ably has no API for this: the command works with the sandbox only', {
      hint: 'Use the dashboard at https://ably.com/users/access_tokens, or run ably-edge-auth sandbox and set ABLY_ENDPOINT to its address.',
    });
  const authorization = `Bearer ${await adminToken(context)}`;
  return ask(network, method, `${address}/dashboard/access_tokens${path}`, { authorization, body });
}

async function adminToken({ values, env, input, output }) {
  const given = values['admin-token'];
  const token = given === undefined ? env.ABLY_ADMIN_TOKEN : await input.value('--admin-token', given);
  if (!token)
    throw new Failure('No admin token was found', {
      hint: 'Set ABLY_ADMIN_TOKEN to the admin token that ably-edge-auth sandbox prints.',
    });
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Failure('The admin token contains white space, a line break or a non-ASCII character');
  output.hide(token);
  return token;
}

export function showAccessToken(
  output,
  { id, name, capabilities, created_at: created, expires_at: expires, last_used_at: lastUsed, value },
) {
  output.field('ID', id);
  output.field('Name', name);
  output.field('Capabilities', capabilities.join(', '));
  output.field('Created', created);
  output.field('Expires', expires ?? 'never');
  if (lastUsed) output.field('Last used', lastUsed);
  if (value !== undefined) output.field('Value', value);
}
