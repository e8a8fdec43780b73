// access-token: shows the owner, expiry and capabilities of an access token, in the layout of Ably's documentation.
import { accessToken, ACCESS_TOKEN_FLAGS } from './credentials.js';
import { accessTokenCapabilities, createControlClient } from './api.js';

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
  for (const row of table(capabilities)) output.print(row);
}

function daysLeft(expires) {
  const days = Math.floor((Date.parse(expires) - Date.now()) / 86_400_000);
  if (!Number.isFinite(days)) return '';
  return days < 0 ? ' (expired)' : ` (${days === 1 ? '1 day' : `${days} days`} left)`;
}

/** One row for each known capability with the commands it unlocks, then any unknown ones that this token holds. */
function table(held) {
  const known = accessTokenCapabilities.map(({ capability, label, commands }) => [
    held.includes(capability) ? '✓' : '✗',
    label,
    capability,
    commands.join(', '),
  ]);
  const names = accessTokenCapabilities.map(({ capability }) => capability);
  const further = held
    .filter((capability) => !names.includes(capability))
    .map((capability) => ['✓', '', capability, '']);
  const rows = [['', 'Dashboard label', 'Capability', 'Commands'], ...known, ...further];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
