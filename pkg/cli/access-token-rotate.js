// access-token rotate
import { ADMIN_FLAGS, askDashboard, EXPIRY_FLAG, expiryDays, showAccessToken } from './access-token-admin.js';
import { confirm, needsForce } from './prompt.js';

export const command = {
  summary: 'Give an access token a new value, in the sandbox',
  args: [{ name: 'ID', required: true, text: 'The id of the access token' }],
  flags: {
    ...EXPIRY_FLAG,
    force: { short: 'f', text: 'Skip the confirmation. Required with --json and --pretty-json' },
    ...ADMIN_FLAGS,
  },
  notes: 'The old value stops working immediately. The name, capabilities and account stay the same.',
  examples: [[undefined, 'access-token rotate ID --expiry 90']],
  run,
};

async function run(context) {
  const { values, positionals, output } = context;
  needsForce(context, 'rotation');
  const [id] = positionals;
  const sure = await confirm(context, {
    about: 'rotation',
    lines: ['You are about to give a new value to the access token:', id],
    question: 'The old value stops working immediately. Are you sure?',
    cancelled: 'Rotation cancelled.',
  });
  if (!sure) return 0;
  const token = await askDashboard(context, 'POST', `/${encodeURIComponent(id)}/rotate`, expiryDays(values));
  output.reveal(token.value);
  if (output.json !== undefined) output.result({ accessToken: token });
  else showAccessToken(output, token);
  output.success('Access token rotated. Its new value is shown only once.');
}
