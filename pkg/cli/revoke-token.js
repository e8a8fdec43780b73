// revoke-token: as the Ably CLI's `ably auth revoke-token`; and many targets at once, each with its own outcome.
import { KEY_FLAGS, keySource } from './credentials.js';
import { FailedTo } from './failed-to.js';
import { Failure, INTERRUPTED, Interrupted, misuse } from './failure.js';
import { revokeTokens } from './api.js';
import { Progress } from './progress.js';
import { confirm, needsForce } from './prompt.js';
import { readTargets } from './targets.js';
import { typedTime } from './time.js';

const QUESTION =
  'This will permanently revoke all matching tokens, and any applications using those tokens will need to be issued new tokens. Are you sure?';
const MARGIN = ' Connected clients have a 30s grace period to obtain new tokens before disconnection.';
const TARGET_FLAGS = ['client-id', 'revocation-key', 'channel', 'targets-file'];
/** Of many targets that failed, as many are shown. JSON has them all. */
const MAX_SHOWN = 20;

export const command = {
  summary: 'Revoke tokens by client ID, revocation key or channel',
  record: 'auth revoke-token',
  flags: {
    app: KEY_FLAGS.app,
    'client-id': {
      value: 'ID',
      multiple: true,
      text: 'Revoke all tokens issued to this client ID; can be given several times',
    },
    'revocation-key': {
      value: 'GROUP',
      multiple: true,
      text: 'Revoke all JWTs with this revocation key; can be given several times',
    },
    channel: {
      value: 'RESOURCE',
      multiple: true,
      text: 'Revoke all tokens with this very resource in their capability, if Ably has enabled that for the account',
    },
    'targets-file': {
      value: 'FILE',
      text: 'Revoke all targets in this file, one a line, as clientId:ada, revocationKey:group1 or channel:chat:*; - for stdin',
    },
    'allow-odd-targets': {
      text: 'Revoke also what looks like a slip: white space around a value, quotation marks, a type named twice, several targets in one',
    },
    'failed-to': {
      value: 'FILE',
      text: 'Write the targets that were not revoked to this file, for --targets-file of the next run; it is empty when all were',
    },
    'allow-reauth-margin': {
      text: 'Enforce it only after 30 seconds, so that connected clients can obtain new tokens',
    },
    'issued-before': {
      value: 'TIME',
      text: 'Revoke only tokens issued before this: ISO 8601 or ms since 1970, at most an hour ago. Defaults to now',
    },
    force: { short: 'f', text: 'Do not ask. Needed with --json and --pretty-json' },
    key: KEY_FLAGS.key,
  },
  exclusive: [['client-id', 'revocation-key']],
  examples: [
    ['All tokens of a client ID', 'revoke-token --client-id "userClientId"'],
    ['Without being asked', 'revoke-token --client-id "userClientId" --force'],
    ['All tokens of a group', 'revoke-token --revocation-key group1'],
    ['With 30 seconds for connected clients to renew', 'revoke-token --client-id "userClientId" --allow-reauth-margin'],
    ['Thousands at once', 'revoke-token --targets-file leaked.txt --force'],
    ['Again with those that failed', 'revoke-token --targets-file leaked.txt --failed-to left.txt --force'],
    ['For a program to read', 'revoke-token --client-id "userClientId" --json --force'],
  ],
  run,
};

async function run(context) {
  const { values, output, signal } = context;
  if (!TARGET_FLAGS.some((flag) => values[flag] !== undefined))
    throw misuse(
      'Either --client-id or --revocation-key must be provided',
      'Or --channel, or --targets-file for many at once.',
    );
  needsForce({ values, output }, 'revocation');
  const typed = values['issued-before'];
  const issuedBefore =
    typed === undefined
      ? undefined
      : typedTime('--issued-before', typed, 'ISO 8601, as 2026-11-24T12:00:00Z, or ms since 1970');
  const targets = await readTargets(context);
  const left = new FailedTo(values['failed-to'], targets);
  const { source, network } = await keySource(context);
  const sure = await confirm(context, {
    about: 'revocation',
    lines: ['You are about to revoke all tokens matching:', ...named(targets)],
    question: QUESTION,
    cancelled: 'Revocation cancelled.',
  });
  if (!sure) return 0;

  // Whatever ends this run: what is given to the next one is there.
  left.begin();
  const progress = new Progress(targets.length > 1 ? output.progressStream : undefined, 'targets');
  progress.show(0, targets.length);
  try {
    const report = await revokeTokens({
      ...source,
      ...network,
      targets,
      issuedBefore,
      ...(values['allow-reauth-margin'] && { allowReauthMargin: true }),
      onProgress: ({ done, total }) => progress.show(done, total),
    });
    progress.end();
    left.end(report);
    const [only, ...others] = report.results;
    if (others.length === 0 && only.error !== undefined) throw withTarget(only.error, only.target);
    return show(output, values, targets, report);
  } catch (error) {
    progress.end();
    if (error.report === undefined)
      throw error.kind === 'aborted' ? new Interrupted('Interrupted: nothing was sent') : error;
    left.end(error.report);
    if (targets.length === 1 && !signal?.aborted) throw withTarget(error, targets[0]);
    show(output, values, targets, error.report, error);
    if (signal?.aborted) return INTERRUPTED;
    return 1;
  } finally {
    left.tell(output, values);
  }
}

const LABELS = { clientId: 'Client ID', revocationKey: 'Revocation Key', channel: 'Channel' };

/** `clientId:ada` in words. */
function words(target) {
  const at = target.indexOf(':');
  return [LABELS[target.slice(0, at)], target.slice(at + 1)];
}

function named(targets) {
  const lines = targets.slice(0, MAX_SHOWN).map((target) => words(target).join(': '));
  if (targets.length > lines.length) lines.push(`and ${targets.length - lines.length} more`);
  return lines;
}

function withTarget(error, target) {
  return Object.assign(error, { context: { target } });
}

/** The outcome of each, and the exit code. `error`: what ended it before its end, or is the same for all. */
function show(output, values, targets, report, error) {
  const margin = values['allow-reauth-margin'] ?? false;
  const failed = report.results.filter((result) => result.error !== undefined);
  const [only] = targets;
  if (failed.length === 0) {
    const many = targets.length > 1 ? `${targets.length} targets` : `${words(only)[0].toLowerCase()} ${words(only)[1]}`;
    const message = `Tokens matching ${many} have been revoked.${margin ? MARGIN : ''}`;
    if (output.json !== undefined) output.result({ revocation: fields(margin, message, targets, report) });
    output.success(message);
    return 0;
  }
  const count = counted(report);
  if (output.json !== undefined) {
    output.result({ success: false, revocation: fields(margin, `${count}.`, targets, report) });
    output.failed(count);
    return 1;
  }
  // That it was not sent is all there is to say of one that was not.
  const told = failed.filter(({ sent }) => sent !== false);
  for (const { target, keyName, error: reason } of told.slice(0, MAX_SHOWN)) {
    const at = report.keyNames.length > 1 ? ` (key ${keyName})` : '';
    output.note(
      `✗ ${words(target).join(': ')}${at}: ${[reason.message, reason.remediation].filter(Boolean).join('; ')}${reason.code === undefined ? '' : ` (${reason.code})`}`,
    );
  }
  if (told.length > MAX_SHOWN) output.note(`and ${told.length - MAX_SHOWN} more; --json shows them all`);
  const { hint, code } = error ?? {};
  output.fail(
    error?.kind === 'aborted' ? new Interrupted(`Interrupted: ${count}`) : new Failure(count, { hint, code }),
  );
  return 1;
}

/** How many have come to what; what none has come to is left out. */
function counted({ results }) {
  const counts = { revoked: 0, failed: 0, unanswered: 0, 'not sent': 0 };
  for (const result of results) counts[outcomeOf(result)]++;
  const { revoked, ...others } = counts;
  const rest = Object.entries(others).filter(([, count]) => count > 0);
  return [`${revoked} of ${results.length} revoked`, ...rest.map(([name, count]) => `${count} ${name}`)].join(', ');
}

/** Of one that is unanswered nobody knows whether Ably has done it. */
function outcomeOf({ error, sent }) {
  if (error === undefined) return 'revoked';
  if (sent === false) return 'not sent';
  return error.kind === 'aborted' || error.kind === 'network' ? 'unanswered' : 'failed';
}

/** As the Ably CLI has it for one; for several, all of them. */
function fields(allowReauthMargin, message, targets, { keyNames, successCount, failureCount, results }) {
  const response = { successCount, failureCount, results: results.map((result) => outcome(result, keyNames)) };
  const target = targets.length === 1 ? { target: targets[0] } : { targets: targets.length };
  return { allowReauthMargin, message, ...target, response };
}

function outcome({ keyName, target, issuedBefore, appliesAt, error, sent }, keyNames) {
  const reason = error && { code: error.code, statusCode: error.statusCode, message: error.message };
  return { ...(keyNames.length > 1 && { keyName }), target, issuedBefore, appliesAt, error: reason, sent };
}
