// auth keys rotate: creates the successor of a key, and revokes the key when no token of it can be in use any more.
import { createControlClient } from './api.js';
import { ACCESS_TOKEN_FLAGS, KEY_FLAGS, accessToken } from './credentials.js';
import { Failure, Interrupted, misuse } from './failure.js';
import { findApp } from './find-app.js';
import { confirm, needsForce } from './prompt.js';
import { masked } from './redact.js';
import { showThing } from './show-thing.js';

/** The longest life of a token, in seconds, of a key with revocable tokens and of any other. */
const MAX_TTL_SECONDS = { revocable: 3600, other: 86_400 };
/** A timer cannot wait longer than about 24 days. */
const MAX_AFTER_SECONDS = 20 * 86_400;
const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };

export const command = {
  summary: 'Create the successor of a key, and revoke the old key later',
  record: 'auth keys rotate',
  args: [{ name: 'KEY', required: true, text: 'APP_ID.KEY_ID, or KEY_ID with --app' }],
  flags: {
    app: KEY_FLAGS.app,
    name: { value: 'TEXT', text: 'The name of the new key. Defaults to the name of the old one' },
    after: {
      value: 'DURATION',
      text: 'Wait this long and revoke the old key then: 24h, 90m or 2d, and not less than the longest life of its tokens',
    },
    now: { text: 'Revoke the old key immediately, with all its tokens' },
    force: { short: 'f', text: 'Skip the confirmation. Required with --json and --pretty-json' },
    'show-secrets': { text: 'Show keys and other secrets in full' },
    ...ACCESS_TOKEN_FLAGS,
  },
  exclusive: [['after', 'now']],
  examples: [
    ['Create the successor, and print the steps', 'auth keys rotate APP_ID.KEY_ID --show-secrets'],
    ['Revoke the old key a day later', 'auth keys rotate APP_ID.KEY_ID --after 24h --force'],
    ['Replace a key that has leaked', 'auth keys rotate APP_ID.KEY_ID --now --force --show-secrets'],
  ],
  run,
};

async function run(context) {
  const { values, output } = context;
  const afterSeconds = values.after === undefined ? undefined : readDuration(values.after);
  const ends = values.now === true || afterSeconds !== undefined;
  if (ends) needsForce(context, 'revocation');
  const { accessToken: token, network, account } = await accessToken(context);
  const { keys, apps } = createControlClient({ accessToken: token, ...network });
  const { app, id } = await findKey(context, { apps }, account);
  const old = await keys.get(app, id);
  const life = MAX_TTL_SECONDS[old.revocableTokens ? 'revocable' : 'other'];
  if (afterSeconds < life)
    throw new Failure(`Tokens of this key may live for ${inHours(life)}, and --after is less`, {
      hint: `Give --after ${inHours(life)} or more, or --now if the key has leaked.`,
    });
  if (ends && !(await sure(context, old, afterSeconds))) return 0;

  const { name = old.name } = values;
  const { capability, revocableTokens } = old;
  const created = await keys.create(app, { name, capability, ...(revocableTokens && { revocableTokens }) });
  if (values['show-secrets']) output.reveal(created);
  const steps = stepsFor(created.keyName, old.keyName, { ends, life });
  if (output.json === undefined) {
    showThing(output, 'key', 'Key', values['show-secrets'] ? created : masked(created));
    output.success(`Key created: ${created.keyName}.`);
    for (const [index, step] of steps.entries()) output.note(`${index + 1}. ${step}`);
  }
  const key = values['show-secrets'] ? created : masked(created);
  const result = { key, replaces: old.keyName, revoked: ends, steps };
  try {
    if (ends) await end(context, { keys, app, old, afterSeconds });
  } catch (error) {
    // The new key exists, whatever became of the old one.
    if (output.json !== undefined) output.result({ success: false, rotation: { ...result, revoked: false } });
    throw error;
  }
  if (output.json !== undefined) output.result({ rotation: result });
  return 0;
}

async function findKey({ values, positionals, env }, control, account) {
  const [key] = positionals[0].split(':');
  const named = values.app ?? (env.ABLY_APP_ID || undefined);
  if (key.includes('.') && named === undefined) return { app: key.split('.')[0], id: key };
  return { app: (await findApp(named, control, account)).id, id: key };
}

function sure(context, { keyName }, afterSeconds) {
  return confirm(context, {
    about: 'revocation',
    lines: [
      `You are about to replace this key and revoke it${afterSeconds === undefined ? ' now' : ` in ${inHours(afterSeconds)}`}:`,
      keyName,
    ],
    question:
      afterSeconds === undefined
        ? 'This cuts off every client with a token of it. Are you sure?'
        : 'The new key has to be in use by then. Are you sure?',
    cancelled: 'Rotation cancelled.',
  });
}

function stepsFor(created, old, { ends, life }) {
  const revoke = ends
    ? `Take ${old} out of keys once it is revoked.`
    : `Revoke ${old} and take it out of keys: ably-edge-auth auth keys revoke ${old}`;
  return [
    `Deploy the new key as the first one, so that it signs: source: { keys: [${created}, ${old}] }.`,
    `Wait ${inHours(life)} after that, until the last token of the old key has expired.`,
    revoke,
  ];
}

async function end({ output, signal, wait = pause }, { keys, app, old, afterSeconds }) {
  if (afterSeconds !== undefined) {
    output.note(`Waiting ${inHours(afterSeconds)}. To keep the old key, interrupt this command.`);
    await wait(afterSeconds * 1000, signal);
    if (signal?.aborted)
      throw Object.assign(new Interrupted(`Interrupted: the key ${old.keyName} is not revoked`), {
        hint: `To revoke it later: ably-edge-auth auth keys revoke ${old.keyName}`,
      });
  }
  await keys.revoke(app, old.keyName);
  output.success(`Key ${old.keyName} has been revoked.`);
}

/** Resolves after this time, or earlier if the command is interrupted. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function readDuration(text) {
  const [, count, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * UNITS[unit];
  if (!(seconds <= MAX_AFTER_SECONDS))
    throw misuse('--after is not a duration', 'Give a number with s, m, h or d, such as 24h, up to 20d.');
  return seconds;
}

function inHours(seconds) {
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${Math.ceil(seconds / 60)}m`;
}
