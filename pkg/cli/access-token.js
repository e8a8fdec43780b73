// access-token: shows the owner, expiry and capabilities of an access token, in the layout of Ably's documentation.
import { accessToken, ACCESS_TOKEN_FLAGS } from './credentials.js';
import { capabilityTable } from './access-token-table.js';
import { createControlClient } from './api.js';

export const command = {
  summary: "Show an access token's owner, expiry and capabilities",
  flags: ACCESS_TOKEN_FLAGS,
  examples: [
    ['The token in ABLY_ACCESS_TOKEN, or from the Ably CLI', 'access-token'],
    ['Machine-readable output', 'access-token --json'],
  ],
  run,
};

async function run(context) {
  const { output } = context;
  const { accessToken: token, network } = await accessToken(context);
  const { token: about = {}, user, account } = await createControlClient({ accessToken: token, ...network }).me();
  const { id, name, capabilities, expires_at: expires = null, last_used_at: lastUsed = null } = about;
  if (output.json !== undefined)
    return output.result({ accessToken: { id, name, capabilities, expires, lastUsed }, user, account });
  output.field('Account', `${account?.name} (${account?.id})`);
  output.field('User', user?.email);
  if (name !== undefined) output.field('Access token', `${name} (${id})`);
  output.field('Expires', expires === null ? 'never' : `${expires}${daysLeft(expires)}`);
  if (lastUsed !== null) output.field('Last used', lastUsed);
  if (!Array.isArray(capabilities))
    return output.note('The response does not list the capabilities of the access token.');
  output.print('');
  for (const row of capabilityTable(capabilities)) output.print(row);
}

function daysLeft(expires) {
  const days = Math.floor((Date.parse(expires) - Date.now()) / 86_400_000);
  if (!Number.isFinite(days)) return '';
  return days < 0 ? ' (expired)' : ` (${days === 1 ? '1 day' : `${days} days`} left)`;
}
