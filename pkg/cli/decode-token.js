// decode-token: what a token says. Anybody can write such a thing, so it is said first that nobody has checked it.
import { sentence } from './capability-report.js';
import { decodeJwt } from './api.js';
import { readToken, showToken, TOKEN_ARGUMENT, tokenFields } from './token.js';

export const command = {
  summary: 'Show what a token says, without checking who signed it',
  record: 'auth decode-token',
  args: [TOKEN_ARGUMENT],
  examples: [
    ['The token in ABLY_TOKEN', 'decode-token'],
    ['A token from a pipe', 'ably-edge-auth issue-jwt-token --token-only | ably-edge-auth decode-token -'],
    ['For a program to read', 'decode-token --json'],
  ],
  run,
};

async function run(context) {
  const { output } = context;
  const decoded = decodeJwt(await readToken(context));
  if (output.json !== undefined)
    return output.result({ token: { verified: false, header: decoded.header, ...tokenFields(decoded) } });
  output.note('Not verified: this is only what the token says. verify-token checks it.');
  showToken(output, decoded);
  output.field('Header', JSON.stringify(decoded.header));
  output.field('Claims', JSON.stringify(decoded.claims));
  for (const issue of decoded.issues) output.print(`${issue.severity}: ${sentence(issue)}`);
  return 0;
}
