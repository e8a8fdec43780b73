// Runs a Control API command: finds the app, calls the operation and prints the result.
import { accessToken } from './credentials.js';
import { merged, readFields } from './control-fields.js';
import { misuse } from './failure.js';
import { findApp } from './find-app.js';
import { createControlClient } from './api.js';
import { masked } from './redact.js';
import { confirm, needsForce } from './prompt.js';
import { showThing } from './show-thing.js';

export async function runControl(context, row) {
  const { verb, of } = row;
  const about = verb === 'revoke' ? 'revocation' : 'deletion';
  const ends = verb === 'delete' || verb === 'revoke';
  // Checked before any look-up, as in the Ably CLI.
  if (ends) needsForce(context, about);
  const fields = ends || verb === 'get' || verb === 'list' ? undefined : await readFields(context, row);
  if (row.operation === 'rules.create') completeIntegration(fields);
  const { accessToken: token, network, account } = await accessToken(context);
  const control = createControlClient({ accessToken: token, ...network });
  const place = await findPlace(context, row, control, account);
  context.output.verbose(`Operation: ${row.operation}`);
  const group = control[row.operation.split('.')[0]];
  const run = { context, row, control, group, fields, account, ...place };
  if (of.one === 'stats') return showStats(run);
  return { list, get: show, create, update, delete: end, revoke: end }[verb](run);
}

/** Finds the app and the ids in the path of the operation. */
async function findPlace({ values, positionals, env }, { argument, operation }, control, account) {
  if (['apps.list', 'apps.create', 'stats.account'].includes(operation)) return { ids: [] };
  const [given] = positionals;
  const named = values.app ?? (env.ABLY_APP_ID || undefined);
  if (argument?.name === 'APP') {
    if (given !== undefined && values.app !== undefined && given !== values.app)
      throw misuse('The app is given both as an argument and with --app', 'Use one of the two.');
    const app = await findApp(given ?? named, control, account);
    return { app, ids: [app.id] };
  }
  const [key] = (given ?? '').split(':');
  const ofKey = argument?.name === 'KEY' && key.includes('.') ? key.split('.')[0] : undefined;
  const app = ofKey !== undefined && named === undefined ? { id: ofKey } : await findApp(named, control, account);
  if (argument === undefined) return { app, ids: [app.id] };
  return { app, ids: [app.id, argument.name === 'KEY' ? key : given] };
}

async function list({ context, row, group, ids, app, account }) {
  const { output } = context;
  const { many, one, title } = row.of;
  const items = (await group.list(...ids)).map((item) => shown(context, row, item, account));
  if (output.json !== undefined) return output.result({ ...(app && { appId: app.id }), [many]: items, hasMore: false });
  if (items.length === 0) return output.note(`No ${many} found.`);
  for (const [index, item] of items.entries()) {
    if (index > 0) output.print('');
    showThing(output, one, title, item);
  }
}

async function show({ context, row, group, ids, account }) {
  one(context, row, await group.get(...ids), account);
}

async function create({ context, row, group, ids, fields, account }) {
  const thing = await group.create(...ids, fields);
  one(context, row, thing, account);
  context.output.success(`${row.of.title} created: ${nameOf(row, thing)}.`);
}

async function update({ context, row, group, ids, fields, account }) {
  const { output } = context;
  if (row.of.one === 'key') return updateKey({ context, row, group, ids, fields, account });
  let complete = fields;
  if (row.of.one === 'integration') {
    // Ably requires the type again, and replaces source and target as a whole.
    const { ruleType, source, target } = await group.get(...ids);
    complete = merged({ ruleType, ...(fields.source && { source }), ...(fields.target && { target }) }, fields);
  }
  const thing = await group.update(...ids, complete);
  one(context, row, thing, account);
  output.success(`${row.of.title} updated: ${nameOf(row, thing)}.`);
}

/** Also reports the previous values, if the access token has permission to read them. */
async function updateKey({ context, row, group, ids, fields, account }) {
  const { output } = context;
  const before = await group.get(...ids).catch((error) => {
    if (error.statusCode === 403) return {};
    throw error;
  });
  const after = await group.update(...ids, fields);
  const change = (name) => ({ before: before[name], after: after[name] });
  if (output.json === undefined) {
    one(context, row, after, account);
  } else {
    output.result({
      key: {
        keyName: after.keyName,
        ...(fields.name !== undefined && { name: change('name') }),
        ...(fields.capability !== undefined && { capabilities: change('capability') }),
        ...(fields.revocableTokens !== undefined && { revocableTokens: change('revocableTokens') }),
      },
    });
  }
  output.success(`Key updated: ${after.keyName}.`);
}

async function end({ context, row, group, ids, app }) {
  const { output } = context;
  const { one, title } = row.of;
  const id = ids.at(-1);
  const name = one === 'key' && !id.includes('.') ? `${app.id}.${id}` : id;
  const [doing, done] = row.verb === 'revoke' ? ['revoke', 'revoked'] : ['delete', 'deleted'];
  const named = one === 'app' && app.name !== undefined ? `${JSON.stringify(app.name)} (${name})` : name;
  const sure = await confirm(context, {
    about: doing === 'revoke' ? 'revocation' : 'deletion',
    lines: [`You are about to ${doing} this ${title.toLowerCase()}:`, named],
    question: 'This action cannot be undone. Are you sure?',
    cancelled: `${doing === 'revoke' ? 'Revocation' : 'Deletion'} cancelled.`,
  });
  if (!sure) return 0;
  await group[row.verb](...ids);
  const message = one === 'key' ? `Key ${name} has been revoked.` : `${title} ${done}: ${named}.`;
  if (output.json !== undefined) {
    const thing =
      one === 'key'
        ? { keyName: name, message }
        : { id: name, ...(one === 'app' && app.name !== undefined && { name: app.name }) };
    output.result({ ...(one !== 'app' && { appId: app.id }), [one]: thing });
  }
  output.success(message);
}

function one(context, row, thing, account) {
  const { output } = context;
  const item = shown(context, row, thing, account);
  if (output.json !== undefined) output.result({ [row.of.one]: item });
  else showThing(output, row.of.one, row.of.title, item);
}

/** Masks the secrets unless --show-secrets is set. A listed key also has `current`, as in the Ably CLI. */
function shown({ values, output }, row, thing, account) {
  if (values['show-secrets']) output.reveal(thing);
  const item = values['show-secrets'] ? thing : masked(thing);
  if (row.of.one !== 'key' || row.verb !== 'list') return item;
  const current = account?.key(thing.appId)?.split(':')[0] === thing.keyName;
  return { ...item, current };
}

function nameOf(row, thing) {
  return row.of.one === 'key'
    ? thing.keyName
    : row.of.one === 'rule'
      ? thing.id
      : `${thing.name ?? thing.ruleType} (${thing.id})`;
}

async function showStats({ context, row, group, ids, fields }) {
  const { output } = context;
  const stats = await group[row.verb](...ids, fields);
  if (output.json !== undefined) return output.result({ ...(ids[0] && { appId: ids[0] }), stats });
  if (stats.length === 0) return output.note('No statistics found.');
  for (const [index, item] of stats.entries()) {
    if (index > 0) output.print('');
    showThing(output, 'stats', 'Interval', item);
  }
}

/** Fills in the fields that every integration needs, and the defaults of an HTTP integration. */
function completeIntegration(fields) {
  if (fields.source !== undefined) {
    fields.source.channelFilter ??= '';
    fields.requestMode ??= 'single';
  }
  if (fields.ruleType !== 'http') return;
  if (fields.target?.url === undefined) throw misuse('--target-url is required for HTTP integrations');
  fields.target = { format: 'json', enveloped: true, ...fields.target };
}
