// access-token revoke
import { ADMIN_FLAGS, askDashboard } from './access-token-admin.js';
import { confirm, needsForce } from './prompt.js';

export const command = {
  summary: 'Revoke an access token, in the sandbox',
  args: [{ name: 'ID', required: true, text: 'The id of the access token' }],
  flags: {
    force: { short: 'f', text: 'Skip the confirmation. Required with --json and --pretty-json' },
    ...ADMIN_FLAGS,
  },
  examples: [[undefined, 'access-token revoke ID']],
  run,
};

async function run(context) {
  const { positionals, output } = context;
  needsForce(context, 'revocation');
  const [id] = positionals;
  const sure = await confirm(context, {
    about: 'revocation',
    lines: ['You are about to revoke the access token:', id],
    question: 'It stops working immediately, and this cannot be undone. Are you sure?',
    cancelled: 'Revocation cancelled.',
  });
  if (!sure) return 0;
  await askDashboard(context, 'DELETE', `/${encodeURIComponent(id)}`);
  const message = `Access token ${id} has been revoked.`;
  if (output.json !== undefined) output.result({ accessToken: { id, message } });
  output.success(message);
}
