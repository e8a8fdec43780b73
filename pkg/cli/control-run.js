// Runs a Control API command: finds the app, calls the operation and prints the result.
import { accessToken } from './credentials.js';
import { merged, readFields } from './control-fields.js';
import { listed, shaped } from './control-shape.js';
import { misuse } from './failure.js';
import { findApp } from './find-app.js';
import { createControlClient } from './api.js';
import { masked } from './redact.js';
import { confirm, needsForce } from './prompt.js';
import { showThing } from './show-thing.js';

/** Runs it. An error of the Control API also has the two members that the Ably CLI puts beside it. */
export async function runControl(context, row) {
  try {
    return await run(context, row);
  } catch (error) {
    if (error.name === 'AblyAuthError' && error.code !== undefined && error.kind !== 'capability')
      error.context = { errorCode: error.code, helpUrl: error.href };
    throw error;
  }
}

async function run(context, row) {
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
  const call = { context, row, control, group, fields, account, ...place };
  if (of.one === 'stats') return showStats(call);
  return { list, get: show, create, update, delete: end, revoke: end }[verb](call);
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
  if (argument?.name === 'QUEUE') return queuePlace(given, await findApp(named, control, account), control);
  const [key] = (given ?? '').split(':');
  const ofKey = argument?.name === 'KEY' && key.includes('.') ? key.split('.')[0] : undefined;
  const app = ofKey !== undefined && named === undefined ? { id: ofKey } : await findApp(named, control, account);
  if (argument === undefined) return { app, ids: [app.id] };
  return { app, ids: [app.id, argument.name === 'KEY' ? key : given] };
}

/** A queue by its id or, as in the Ably CLI, by its name. An id has colons, so it need not be looked up. */
async function queuePlace(given, app, control) {
  if (given.includes(':')) return { app, ids: [app.id, given] };
  const named = (await control.queues.list(app.id)).filter(({ id, name }) => id === given || name === given);
  return { app, ids: [app.id, named.length === 1 ? named[0].id : given] };
}

async function list({ context, row, group, ids, app, account }) {
  const { output } = context;
  const { many, one, title } = row.of;
  const { limit = Number.POSITIVE_INFINITY } = context.values;
  if (limit < 1) throw misuse('--limit is below 1');
  const all = await group.list(...ids);
  const items = all.slice(0, limit).map((item) => shown(context, row, item, account));
  const hasMore = all.length > items.length;
  if (output.json !== undefined) {
    const shapes = items.map((item) => withCurrent(row, item, shaped(one, item, true), account));
    return output.result({ ...listed(one, many, shapes, app?.id), hasMore });
  }
  if (items.length === 0) return output.note(`No ${many} found.`);
  for (const [index, item] of items.entries()) {
    if (index > 0) output.print('');
    showThing(output, one, title, withCurrent(row, item, item, account));
  }
  if (hasMore) output.note(`Showing ${items.length} of ${all.length}. Use --limit to see more.`);
}

async function show({ context, row, group, ids }) {
  one(context, row, await group.get(...ids));
}

async function create({ context, row, group, ids, fields, app }) {
  const thing = await group.create(...ids, fields);
  // Nobody can use a new key whose secret is masked.
  if (row.showsSecrets) context.output.reveal(thing.key);
  one(context, row, thing, app);
  context.output.success(`${row.of.title} created: ${nameOf(row, thing)}.`);
}

async function update({ context, row, group, ids, fields, app }) {
  const { output } = context;
  if (row.of.one === 'key') return updateKey({ context, row, group, ids, fields });
  let complete = fields;
  if (row.of.one === 'integration') {
    // Ably requires the type again, and replaces source and target as a whole.
    const { ruleType, source, target } = await group.get(...ids);
    complete = merged({ ruleType, ...(fields.source && { source }), ...(fields.target && { target }) }, fields);
  }
  const thing = await group.update(...ids, complete);
  one(context, row, thing, app);
  output.success(`${row.of.title} updated: ${nameOf(row, thing)}.`);
}

/** Also reports the previous values, if the access token has permission to read them. */
async function updateKey({ context, row, group, ids, fields }) {
  const { output } = context;
  const before = await group.get(...ids).catch((error) => {
    if (error.statusCode === 403) return {};
    throw error;
  });
  const after = await group.update(...ids, fields);
  const change = (name) => ({ before: before[name], after: after[name] });
  if (output.json === undefined) {
    one(context, row, after);
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
  // Afterwards nobody can ask for it.
  const details = output.json === undefined ? {} : await detailsOf(one, group, ids);
  await group[row.verb](...ids);
  const message = one === 'key' ? `Key ${name} has been revoked.` : `${title} ${done}: ${named}.`;
  if (output.json !== undefined) output.result(endResult(row, name, app, details));
  output.success(message);
}

/** What the result names beside the id. Left out for an access token that may not read it. */
async function detailsOf(kind, group, ids) {
  try {
    if (kind === 'queue') {
      const { name } = (await group.list(ids[0])).find(({ id }) => id === ids[1]) ?? {};
      return { name };
    }
    if (kind !== 'integration') return {};
    const { ruleType, source } = await group.get(...ids);
    return { ruleType, sourceType: source?.type };
  } catch (error) {
    if (error.statusCode !== 403) throw error;
    return {};
  }
}

/** What the Ably CLI prints of something that is gone. */
function endResult({ of: { one } }, name, app, details) {
  if (one === 'key') return { key: { keyName: name, message: 'Key has been revoked' } };
  const timestamp = new Date().toISOString();
  if (one === 'app') return { app: { id: name, ...(app.name !== undefined && { name: app.name }) }, timestamp };
  if (one === 'rule') return { appId: app.id, rule: { id: name }, timestamp };
  return { [one]: { ...(one === 'integration' && { appId: app.id }), id: name, ...details }, timestamp };
}

/** @param app where the result names it, as the Ably CLI does for channel rules */
function one(context, row, thing, app) {
  const { output } = context;
  const { one: kind, title } = row.of;
  const item = shown(context, row, thing);
  if (output.json === undefined) return showThing(output, kind, title, item);
  const isRule = kind === 'rule';
  output.result({
    ...(isRule && { appId: app.id }),
    [kind === 'integration' && row.verb !== 'create' ? 'rule' : kind]: shaped(kind, item),
    ...((isRule || kind === 'app') && { timestamp: new Date().toISOString() }),
  });
}

/** Masks the secrets unless they are asked for, or the thing is new. */
function shown({ values, output }, row, thing) {
  if (values['show-secrets']) output.reveal(thing);
  return values['show-secrets'] || (row.showsSecrets && row.verb === 'create') ? thing : masked(thing);
}

/** Marks the app and the key that are selected in the Ably CLI, in the members in which it does. */
function withCurrent({ of: { one } }, { id, appId, keyName }, item, account) {
  if (one === 'app') return { ...item, isCurrent: id === account?.currentApp };
  if (one !== 'key') return item;
  const { keyName: _, ...rest } = item;
  return { ...rest, current: account?.key(appId)?.split(':')[0] === keyName, keyName };
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
