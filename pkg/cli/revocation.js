// Revokes the targets of a command line, for revoke-token, kick and refresh: many targets, each with its own outcome.
import { KEY_FLAGS, keySource } from './credentials.js';
import { FailedTo } from './failed-to.js';
import { Failure, INTERRUPTED, Interrupted, misuse } from './failure.js';
import { revokeTokens } from './api.js';
import { Progress } from './progress.js';
import { confirm, needsForce } from './prompt.js';
import { readTargets } from './targets.js';

const MARGIN = ' Connected clients have a 30s grace period to obtain new tokens before disconnection.';
const TARGET_FLAGS = ['client-id', 'revocation-key', 'channel', 'targets-file'];
/** How many failed targets the text output lists. JSON lists all of them. */
const MAX_SHOWN = 20;

/** The flags for the targets, and those for the run. */
export const TARGETS = {
  app: KEY_FLAGS.app,
  'client-id': {
    value: 'ID',
    multiple: true,
    text: 'Revoke all tokens issued to this client ID. Can be repeated',
  },
  'revocation-key': {
    value: 'GROUP',
    multiple: true,
    text: 'Revoke all JWTs with this revocation key. Can be repeated',
  },
  channel: {
    value: 'RESOURCE',
    multiple: true,
    text: 'Revoke all tokens whose capability contains exactly this resource. Ably must enable this for the account. Can be repeated',
  },
  'targets-file': {
    value: 'FILE',
    text: 'Revoke all targets in this file, or - for stdin. One per line: clientId:ada, revocationKey:group1 or channel:chat:*',
  },
  'allow-odd-targets': {
    text: 'Accept targets that look like a mistake: surrounding white space, quotation marks, a repeated type, several targets in one',
  },
  'failed-to': {
    value: 'FILE',
    text: 'Write the targets that were not revoked to this file, so that --targets-file can retry them. It is empty if none failed',
  },
};
export const RUN = {
  force: { short: 'f', text: 'Skip the confirmation. Required with --json and --pretty-json' },
  key: KEY_FLAGS.key,
};

/**
 * @typedef {object} Wording what a command says and sends
 * @property {string} name the action as errors name it, and the member of the record
 * @property {string} heading above the targets in the confirmation
 * @property {string} question
 * @property {string} cancelled
 * @property {(named: string) => string} done
 * @property {string} [note] what the command line cannot do, said after success
 * @property {(context: object) => (network: object) => Promise<{ issuedBefore?: number, allowReauthMargin: boolean }>} scope
 *   reads the flags first, and the time after the confirmation
 */

/**
 * @param {Wording} wording
 * @returns {Promise<number>} the exit code
 */
export async function revoke(context, wording) {
  const { values, output, signal } = context;
  if (!TARGET_FLAGS.some((flag) => values[flag] !== undefined))
    throw misuse(
      'Either --client-id or --revocation-key must be provided',
      'Alternatively, use --channel, or --targets-file for many targets.',
    );
  needsForce({ values, output }, wording.name);
  const read = wording.scope(context);
  const targets = await readTargets(context);
  const left = new FailedTo(values['failed-to'], targets);
  const { source, network } = await keySource(context, { comparesStored: true });
  const sure = await confirm(context, {
    about: wording.name,
    lines: [wording.heading, ...named(targets)],
    question: wording.question,
    cancelled: wording.cancelled,
  });
  if (!sure) return 0;

  const scope = await read(network);
  const said = { wording, margin: scope.allowReauthMargin };
  // Written before the first request, so that a retry has the file however this run ends.
  left.begin();
  const progress = new Progress(targets.length > 1 ? output.progressStream : undefined, 'targets');
  progress.show(0, targets.length);
  try {
    const report = await revokeTokens({
      ...source,
      ...network,
      targets,
      ...scope,
      onProgress: ({ done, total }) => progress.show(done, total),
    });
    progress.end();
    left.end(report);
    const [only, ...others] = report.results;
    if (others.length === 0 && only.error !== undefined) throw withTarget(only.error, only.target);
    return show(output, said, targets, report);
  } catch (error) {
    progress.end();
    if (error.report === undefined)
      throw error.kind === 'aborted' ? new Interrupted('Interrupted: nothing was sent') : error;
    left.end(error.report);
    if (targets.length === 1 && !signal?.aborted) throw withTarget(error, targets[0]);
    show(output, said, targets, error.report, error);
    if (signal?.aborted) return INTERRUPTED;
    return 1;
  } finally {
    left.tell(output, values);
  }
}

const LABELS = { clientId: 'Client ID', revocationKey: 'Revocation Key', channel: 'Channel' };

/** Splits `clientId:ada` into label and value. */
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

/**
 * Prints the outcome of each target and returns the exit code.
 * @param error ended the run early, or is the same for all targets
 */
function show(output, { wording, margin }, targets, report, error) {
  const failed = report.results.filter((result) => result.error !== undefined);
  const [only] = targets;
  if (failed.length === 0) {
    const many = targets.length > 1 ? `${targets.length} targets` : `${words(only)[0].toLowerCase()} ${words(only)[1]}`;
    const message = `${wording.done(many)}${margin ? MARGIN : ''}`;
    const note = wording.note && { note: wording.note };
    if (output.json !== undefined)
      output.result({ [wording.name]: { ...fields(margin, message, targets, report), ...note } });
    output.success(message);
    if (note && output.json === undefined) output.warn(wording.note);
    return 0;
  }
  const count = counted(report);
  if (output.json !== undefined) {
    output.result({ success: false, [wording.name]: fields(margin, `${count}.`, targets, report) });
    output.failed(count);
    return 1;
  }
  // Unsent targets have no reason of their own to show.
  const told = failed.filter(({ sent }) => sent !== false);
  for (const { target, keyName, error: reason } of told.slice(0, MAX_SHOWN)) {
    const at = report.keyNames.length > 1 ? ` (key ${keyName})` : '';
    output.note(
      `✗ ${words(target).join(': ')}${at}: ${[reason.message, reason.remediation].filter(Boolean).join('; ')}${reason.code === undefined ? '' : ` (${reason.code})`}`,
    );
  }
  if (told.length > MAX_SHOWN) output.note(`and ${told.length - MAX_SHOWN} more. Use --json to see all of them.`);
  const { hint, code } = error ?? {};
  output.fail(
    error?.kind === 'aborted' ? new Interrupted(`Interrupted: ${count}`) : new Failure(count, { hint, code }),
  );
  return 1;
}

/** Counts the results by outcome. Outcomes without results are left out. */
function counted({ results }) {
  const counts = { revoked: 0, failed: 0, unanswered: 0, 'not sent': 0 };
  for (const result of results) counts[outcomeOf(result)]++;
  const { revoked, ...others } = counts;
  const rest = Object.entries(others).filter(([, count]) => count > 0);
  return [`${revoked} of ${results.length} revoked`, ...rest.map(([name, count]) => `${count} ${name}`)].join(', ');
}

/** The outcome is `unanswered` if it is unknown whether Ably carried the revocation out. */
function outcomeOf({ error, sent }) {
  if (error === undefined) return 'revoked';
  if (sent === false) return 'not sent';
  return error.kind === 'aborted' || error.kind === 'network' ? 'unanswered' : 'failed';
}

/** The fields of the record, as the Ably CLI prints them, whose response is a list. The counts are beside it. */
function fields(allowReauthMargin, message, targets, { keyNames, successCount, failureCount, results }) {
  const response = results.map((result) => outcome(result, keyNames));
  const target = targets.length === 1 ? { target: targets[0] } : { targets: targets.length };
  return { allowReauthMargin, message, ...target, response, successCount, failureCount };
}

function outcome({ keyName, target, issuedBefore, appliesAt, error, sent }, keyNames) {
  const reason = error && { code: error.code, statusCode: error.statusCode, message: error.message };
  return { ...(keyNames.length > 1 && { keyName }), target, issuedBefore, appliesAt, error: reason, sent };
}
