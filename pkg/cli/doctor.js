// doctor: examines a token endpoint, a token or a key, one line for each check, with what to do about each fault.
import { createTokenRequest } from './api.js';
import { CAN_FLAG, checkOperation } from './can.js';
import { ACCESS_TOKEN_FLAGS, networkOf } from './credentials.js';
import { examineAccount } from './doctor/account.js';
import { examineEndpoint } from './doctor/endpoint.js';
import { Report } from './doctor/report.js';
import { examineRights } from './doctor/rights.js';
import { examineAnswer } from './doctor/examine-answer.js';
import { Interrupted, misuse } from './failure.js';
import { echoed } from './redact.js';

export const command = {
  summary: 'Examine a token endpoint, a token or a key, and say what to fix',
  args: [{ name: 'URL', text: "The address of your token endpoint, which is the client's authUrl" }],
  flags: {
    origin: { value: 'ORIGIN', text: 'The origin of the page whose client asks, such as https://app.example' },
    header: {
      value: 'HEADER',
      multiple: true,
      text: "A header for the endpoint, such as 'Cookie: session=…'. It is sent to the URL and nowhere else. Repeatable",
    },
    method: {
      value: 'METHOD',
      choices: ['GET', 'POST'],
      text: 'Ask by this method only: the authMethod of the client',
    },
    channel: { value: 'CHANNEL', text: 'The channel for --can or --feature' },
    can: { ...CAN_FLAG, text: 'Check whether the token and its key allow this operation, such as publish' },
    feature: {
      value: 'FEATURE',
      text: 'The same for a feature of a product, such as "chat: send", "spaces: enter" or "ai: receive". The channel is then the room, space or conversation',
    },
    token: { value: 'TOKEN', text: 'Examine this token, or - to read it from stdin, instead of asking an endpoint' },
    key: {
      value: 'KEY',
      text: 'The API key, or - to read it from stdin, to check signatures with. It is sent nowhere. Defaults to ABLY_API_KEY',
    },
    ...ACCESS_TOKEN_FLAGS,
  },
  exclusive: [
    ['can', 'feature'],
    ['token', 'origin'],
    ['token', 'header'],
    ['token', 'method'],
  ],
  notes:
    'With an access token (--access-token or ABLY_ACCESS_TOKEN), the key and the rules of the channel\nare checked too. It is sent to the Control API only. The exit code is 1 if a check fails.',
  examples: [
    [
      'An endpoint, as a page of this origin asks it',
      "doctor https://app.example/auth --origin https://app.example --header 'Cookie: session=…' --channel chat:1 --can publish",
    ],
    ['A token from a pipe', 'ably-edge-auth issue-jwt-token --token-only | ably-edge-auth doctor --token -'],
    ['The key in ABLY_API_KEY', 'doctor --channel chat:1 --can publish'],
  ],
  run,
};

async function run(context) {
  const { output } = context;
  const what = await read(context);
  const report = new Report();
  try {
    await examine(report, what, context);
  } catch (error) {
    throw context.signal?.aborted ? new Interrupted() : error;
  }
  if (output.json !== undefined) output.result({ doctor: { ok: report.ok, checks: report.checks } });
  else for (const check of report.checks) show(output, check);
  return report.ok ? 0 : 1;
}

async function examine(
  report,
  { url, token, key, accessToken, headers, feature },
  { values, env, output, fetch, signal },
) {
  const wanted = { channel: values.channel, can: values.can, feature };
  const now = Date.now();
  let facts;
  if (url !== undefined) {
    const answer = await examineEndpoint(
      report,
      { url, method: values.method, origin: values.origin, headers, key },
      { fetch, signal },
    );
    output.hide(answer?.token);
    facts = answer && examineAnswer(report, answer, { now: Date.now(), key });
  } else if (token !== undefined) facts = examineAnswer(report, answerOf(token), { now, key });
  else facts = examineKeyText(report, key);
  if (facts === undefined) return;
  const isExamined =
    accessToken !== undefined && /^[\w-]+\.[\w-]+$/.test(facts.keyName ?? '')
      ? await examineAccount(report, facts, wanted, { accessToken, network: networkOf({ env, fetch, signal, output }) })
      : false;
  if (!isExamined && wanted.channel !== undefined) examineRights(report, facts, wanted);
}

/** A TokenDetails or a TokenRequest may be given in place of a token. */
function answerOf(text) {
  try {
    const value = JSON.parse(text);
    if (value?.issued !== undefined && typeof value.token === 'string')
      return { kind: 'details', value, token: value.token };
    if (value?.mac !== undefined) return { kind: 'request', value };
  } catch {
    // A token.
  }
  return { kind: 'token', token: text };
}

function examineKeyText(report, key) {
  try {
    const { keyName } = createTokenRequest({ key });
    report.pass('key', `the key ${keyName} has the form of an API key`);
    return { keyName };
  } catch (error) {
    if (error.kind !== 'key') throw error;
    return report.fail('key', error.message, error.remediation ?? 'Copy the key again.');
  }
}

async function read({ values, positionals, env, input, output }) {
  const [address] = positionals;
  const asked = values.can ?? values.feature;
  if ((asked === undefined) !== (values.channel === undefined))
    throw misuse(
      asked === undefined
        ? '--channel is given without --can'
        : `--${values.can === undefined ? 'feature' : 'can'} is given without --channel`,
      'Use both, as in --channel chat:42 --can publish or --channel support:7 --feature "chat: send".',
    );
  const feature =
    values.feature === undefined
      ? undefined
      : (await import('./feature.js')).flaggedFeature('--feature', values.feature);
  if (values.can !== undefined) checkOperation(values.can);
  if (address !== undefined && values.token !== undefined)
    throw misuse('A URL and a token are given', 'Give one of the two.');
  if (values.origin !== undefined) checkOrigin(values.origin);
  const headers = (values.header ?? []).map((text) => headerOf(text, output));
  if (address === undefined && headers.length > 0) throw misuse('--header needs the URL of an endpoint');
  const [token, key, accessToken] = [
    values.token === undefined ? undefined : (await input.value('--token', values.token)).trim(),
    values.key === undefined ? env.ABLY_API_KEY || undefined : await input.value('--key', values.key),
    values['access-token'] === undefined
      ? env.ABLY_ACCESS_TOKEN || undefined
      : await input.value('--access-token', values['access-token']),
  ];
  for (const secret of [token, key, accessToken]) output.hide(secret);
  if (address === undefined && token === undefined && key === undefined)
    throw misuse(
      'There is nothing to examine',
      'Give the URL of your token endpoint, --token - with a token on stdin, or set ABLY_API_KEY.',
    );
  return { url: address === undefined ? undefined : urlOf(address), token, key, accessToken, headers, feature };
}

function urlOf(address) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw misuse(
      `${JSON.stringify(echoed(address))} is not a URL`,
      'Give a whole address, such as https://app.example/auth.',
    );
  if (url.username !== '' || url.password !== '')
    throw misuse(
      'The URL contains a user name or password, which clients do not send',
      "Use --header 'Authorization: …' for credentials.",
    );
  return url;
}

function checkOrigin(text) {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin !== text)
    throw misuse(
      `--origin ${JSON.stringify(echoed(text))} is not an origin as browsers send it`,
      origin === 'null' ? 'Give one such as https://app.example.' : `Did you mean ${echoed(origin)}?`,
    );
}

function headerOf(text, output) {
  const at = text.indexOf(':');
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  output.hide(value);
  if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n\0]/.test(value))
    throw misuse('--header is not a header', "Write name and value, as in --header 'Cookie: session=abc'.");
  return [name, value];
}

const MARKS = { pass: ['green', '✓'], fail: ['red', '✗'], note: ['dim', '-'] };

function show(output, { status, message, remediation }) {
  const [colour, mark] = MARKS[status];
  output.print(`${output.paint(colour, mark)} ${message}`);
  if (remediation !== undefined) output.print(`  ${remediation}`);
}
