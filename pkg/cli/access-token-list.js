// access-token list
import { ADMIN_FLAGS, askDashboard, showAccessToken } from './access-token-admin.js';

export const command = {
  summary: 'List the access tokens, in the sandbox',
  flags: ADMIN_FLAGS,
  notes: 'Token values are not listed. Each is shown once, when it is created or rotated.',
  examples: [[undefined, 'access-token list']],
  run,
};

async function run(context) {
  const { output } = context;
  const tokens = await askDashboard(context, 'GET', '');
  if (output.json !== undefined) return output.result({ accessTokens: tokens, hasMore: false });
  if (tokens.length === 0) return output.note('No access tokens found.');
  for (const [index, token] of tokens.entries()) {
    if (index > 0) output.print('');
    showAccessToken(output, token);
  }
}
