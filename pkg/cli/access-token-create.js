// access-token create
import { ADMIN_FLAGS, askDashboard, EXPIRY_FLAG, expiryDays, showAccessToken } from './access-token-admin.js';
import { misuse } from './failure.js';
import { accessTokenCapabilities } from './api.js';
import { nearest } from './nearest.js';

export const command = {
  summary: 'Create an access token, in the sandbox',
  flags: {
    name: { value: 'TEXT', text: 'The name of the token, for your reference' },
    capabilities: {
      value: 'LIST',
      text: 'The capabilities of the token: all, or a comma-separated list such as read:app,write:key',
    },
    ...EXPIRY_FLAG,
    ...ADMIN_FLAGS,
  },
  notes: 'Ably has no API for this. For an account, use its dashboard: https://ably.com/users/access_tokens',
  examples: [
    ['All capabilities, for 30 days', 'access-token create --name "My token" --capabilities all'],
    [
      'Two capabilities, no expiry',
      'access-token create --name "Reader" --capabilities read:app,read:key --expiry none',
    ],
  ],
  run,
};

async function run(context) {
  const { values, output } = context;
  for (const flag of ['name', 'capabilities'])
    if (values[flag] === undefined) throw misuse(`Missing required flag ${flag}`);
  const body = { name: values.name, capabilities: byGroup(values.capabilities), ...expiryDays(values) };
  const token = await askDashboard(context, 'POST', '', body);
  output.reveal(token.value);
  if (output.json !== undefined) output.result({ accessToken: token });
  else showAccessToken(output, token);
  output.success('Access token created. Its value is shown only once.');
}

/** Groups the list as the dashboard's form does: each group with its ticked boxes. */
function byGroup(list) {
  if (list.trim().toLowerCase() === 'all') return 'all';
  const groups = {};
  for (const name of list.split(',').map((word) => word.trim())) {
    const row = accessTokenCapabilities.find(
      ({ capability, label }) => capability === name || label.toLowerCase() === name.toLowerCase(),
    );
    if (row === undefined) {
      const names = accessTokenCapabilities.map(({ capability }) => capability);
      const meant = nearest(name, names);
      // The name is not repeated: it may be a secret in the wrong place.
      throw misuse(
        '--capabilities contains an unknown access token capability',
        meant ? `Did you mean ${meant}?` : `Use all, or any of ${names.join(', ')}.`,
      );
    }
    const ticked = (groups[row.group] ??= []);
    const word = row.capability.split(':')[0];
    if (!ticked.includes(word)) ticked.push(word);
  }
  return groups;
}
