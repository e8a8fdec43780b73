// The Control API, as far as the library uses it: everything is kept in the world, and gone with it.
import { Refusal } from './refusal.mjs';

const ACCOUNT = 'acct01';
/** The capability an access token needs, by the last word of the path. */
const NEEDS = {
  me: null,
  apps: 'app',
  keys: 'key',
  rules: 'rule',
  queues: 'queue',
  namespaces: 'namespace',
  stats: 'stats',
};
const CREATED = 1_700_000_000_000;

export function controlApi(world, { method, path, headers, body }) {
  const parts = path.slice('/v1/'.length).split('/').map(decodeURIComponent);
  if (headers.authorization !== `Bearer ${world.accessToken}`) throw new Refusal(401, 40100, 'Access denied');
  const fields = () => JSON.parse(body);
  const [kind, id, list = kind, item, verb] = parts;
  const need = NEEDS[list];
  if (need === undefined) throw notFound();
  const capability = `${method === 'GET' ? 'read' : 'write'}:${need}`;
  if (need && !world.capabilities.includes(capability))
    throw new Refusal(403, 40300, `Forbidden: ${capability} is missing`);

  if (kind === 'me' && method === 'GET' && parts.length === 1) return [200, me(world)];
  if (kind === 'accounts') {
    if (id !== ACCOUNT) throw notFound();
    if (list === 'stats' && method === 'GET') return [200, []];
    if (list === 'apps' && method === 'GET') return [200, world.apps.map(appOf)];
    if (list === 'apps' && method === 'POST')
      return [201, appOf(create(world.apps, { id: name(), keys: [], ...fields() }))];
    throw notFound();
  }
  const app = world.apps.find((it) => kind === 'apps' && it.id === id);
  if (!app) throw notFound();
  if (parts.length === 2) return changeApp(world, app, method, fields);
  if (list === 'stats') return [200, []];
  if (list === 'keys') return keys(app, method, item, verb, fields);
  return further(world, app, list, method, item, fields);
}

const notFound = () => new Refusal(404, 40400, 'Not found');
const name = () => Math.random().toString(36).slice(2, 8).padEnd(6, '0');
function create(list, item) {
  list.push(item);
  return item;
}

const me = ({ capabilities }) => ({
  token: { id: 'token-id', name: 'Made up', capabilities, expires_at: null, last_used_at: null },
  user: { id: 12345, email: 'ada@example.com' },
  account: { id: ACCOUNT, name: 'Example' },
});

const appOf = ({ keys: _, ...app }) => ({
  accountId: ACCOUNT,
  status: 'enabled',
  tlsOnly: false,
  created: CREATED,
  modified: CREATED,
  ...app,
});
const keyOf = (app, { secret, ...key }) => ({
  appId: app.id,
  status: 0,
  revocableTokens: false,
  created: CREATED,
  modified: CREATED,
  ...key,
  key: `${app.id}.${key.id}:${secret}`,
});

function changeApp(world, app, method, fields) {
  if (method === 'PATCH') return [200, appOf(Object.assign(app, fields()))];
  if (method !== 'DELETE') throw notFound();
  world.apps.splice(world.apps.indexOf(app), 1);
  return [204];
}

function keys(app, method, item, verb, fields) {
  if (item === undefined && method === 'GET') return [200, app.keys.map((key) => keyOf(app, key))];
  if (item === undefined && method === 'POST')
    return [201, keyOf(app, create(app.keys, { id: name(), secret: `made-up-${name()}`, ...fields() }))];
  const key = app.keys.find(({ id }) => id === item);
  if (!key) throw notFound();
  if (verb === undefined && method === 'PATCH') return [200, keyOf(app, Object.assign(key, fields()))];
  if (verb !== 'revoke' || method !== 'POST') throw notFound();
  key.status = 1;
  return [200];
}

/** Rules, queues and namespaces: lists of whatever they are told. */
function further(world, app, kind, method, item, fields) {
  const at = `${app.id}/${kind}`;
  if (!world.lists.has(at)) world.lists.set(at, []);
  const list = world.lists.get(at);
  if (item === undefined && method === 'GET') return [200, list];
  if (item === undefined && method === 'POST') return [201, create(list, { id: name(), appId: app.id, ...fields() })];
  const found = list.find(({ id }) => id === item);
  if (!found) throw notFound();
  if (method === 'GET') return [200, found];
  if (method === 'PATCH') return [200, Object.assign(found, fields())];
  if (method !== 'DELETE') throw notFound();
  list.splice(list.indexOf(found), 1);
  return [204];
}
