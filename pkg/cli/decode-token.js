// decode-token: shows the contents of a token. Anyone can write a token, so the output starts by saying it is unverified.
import { capabilitiesIn, capabilityTable } from './access-token-table.js';
import { decodeJwt } from './api.js';
import { sentence } from './capability-report.js';
import { Failure } from './failure.js';
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
  const decoded = decode(await readToken(context));
  const held = capabilitiesIn(decoded.claims);
  if (output.json !== undefined)
    return output.result({
      token: {
        verified: false,
        header: decoded.header,
        ...tokenFields(decoded),
        ...(held && { accessTokenCapabilities: held }),
      },
    });
  output.note(
    held === undefined
      ? 'Signature not checked: the contents below are unverified. Use verify-token to check them.'
      : 'This is an access token, and its signature is not checked. Use access-token to ask Ably about it.',
  );
  if (held === undefined) showToken(output, decoded);
  else for (const row of capabilityTable(held)) output.print(row);
  output.field('Header', JSON.stringify(decoded.header));
  output.field('Claims', JSON.stringify(decoded.claims));
  // What an Ably token lacks, an access token need not have.
  if (held === undefined)
    for (const diagnostic of decoded.diagnostics) output.print(`${diagnostic.severity}: ${sentence(diagnostic)}`);
  return 0;
}

/** Only Ably can say what is in a token that has no parts. */
function decode(token) {
  try {
    return decodeJwt(token);
  } catch (error) {
    // The library names what else it may be.
    if (token.includes('.') || error.remediation !== undefined) throw error;
    throw new Failure('the token has no parts that can be decoded', {
      code: error.code,
      hint: 'If it is an access token, set ABLY_ACCESS_TOKEN and run ably-edge-auth access-token: only Ably can say what it allows.',
    });
  }
}
