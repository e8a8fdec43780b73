// What Ably's dashboard does by hand, and the sandbox by request: access tokens made, listed, rotated, revoked.
import { isLoopback, restAddress } from './address.js';
import { networkOf } from './credentials.js';
import { Failure } from './failure.js';
import { ask } from './rest.js';

export const ADMIN_FLAGS = {
  'admin-token': {
    value: 'TOKEN',
    text: 'The admin token that the sandbox printed, or - for stdin; defaults to ABLY_ADMIN_TOKEN',
  },
};

export const EXPIRY_FLAG = {
  expiry: {
    value: 'DAYS',
    choices: ['30', '60', '90', 'none'],
    text: 'When it ends: 30, 60 or 90 days from now, or none. Defaults to 30',
  },
};

/** As the form has it: absent is the default, null is never. */
export function expiryDays({ expiry }) {
  if (expiry === undefined) return {};
  return { expiryDays: expiry === 'none' ? null : Number(expiry) };
}

/** Calls the dashboard's part. `path`: what comes after `access_tokens`. */
export async function askDashboard(context, method, path, body) {
  const network = networkOf(context);
  const address = restAddress(network.endpoint);
  if (!isLoopback(address))
    throw new Failure('Ably has no API for this: only the sandbox does it by request', {
      hint: 'Use the dashboard, https://ably.com/users/access_tokens; or start ably-edge-auth sandbox and set ABLY_ENDPOINT to its address.',
    });
  const authorization = `Bearer ${await adminToken(context)}`;
  return ask(network, method, `${address}/dashboard/access_tokens${path}`, { authorization, body });
}

async function adminToken({ values, env, input, output }) {
  const given = values['admin-token'];
  const token = given === undefined ? env.ABLY_ADMIN_TOKEN : await input.value('--admin-token', given);
  if (!token)
    throw new Failure('No admin token was found', {
      hint: 'Set ABLY_ADMIN_TOKEN to the admin token that ably-edge-auth sandbox printed.',
    });
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Failure('The admin token has white space, a line end or a character outside ASCII');
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
