// decode-token: shows the contents of a token. Anyone can write a token, so the output starts by saying it is unverified.
import { sentence } from './capability-report.js';
import { decodeJwt } from './api.js';
import { readToken, showToken, TOKEN_ARGUMENT, tokenFields } from './token.js';

export const command = {
  summary: 'Show the contents of a token, without checking its signature',
  record: 'auth decode-token',
  args: [TOKEN_ARGUMENT],
  examples: [
    ['The token in ABLY_TOKEN', 'decode-token'],
    ['A token from a pipe', 'ably-edge-auth issue-jwt-token --token-only | ably-edge-auth decode-token -'],
    ['Machine-readable output', 'decode-token --json'],
  ],
  run,
};

async function run(context) {
  const { output } = context;
  const decoded = decodeJwt(await readToken(context));
  if (output.json !== undefined)
    return output.result({ token: { verified: false, header: decoded.header, ...tokenFields(decoded) } });
  output.note('Signature not checked: the contents below are unverified. Use verify-token to check them.');
  showToken(output, decoded);
  output.field('Header', JSON.stringify(decoded.header));
  output.field('Claims', JSON.stringify(decoded.claims));
  for (const diagnostic of decoded.diagnostics) output.print(`${diagnostic.severity}: ${sentence(diagnostic)}`);
  return 0;
}
