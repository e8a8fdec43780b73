// What the document forbids. Each must be found, by the words given here.
const KEYS = '/apps/28GY6a/keys';
const FIELDS = { name: 'n', capability: { '*': ['*'] } };
const RULE = {
  ruleType: 'http',
  requestMode: 'single',
  source: { channelFilter: '', type: 'channel.message' },
  target: { url: 'https://example.com', format: 'json' },
};
const QUEUE = { name: 'q', ttl: 60, maxLength: 10, region: 'r' };

/** Name, method and path, body, words; and headers in place of the right ones. */
export const REQUESTS = [
  ['a path that does not exist', 'GET /apps/28GY6a/tokens', undefined, 'there is no'],
  ['a single key, for which there is no call', `GET ${KEYS}/G8dabc`, undefined, 'there is no'],
  ['another method', `PUT ${KEYS}`, FIELDS, 'there is no'],
  ['an id with a slash in it', 'DELETE /apps/28GY6a/namespaces/a/b', undefined, 'there is no'],
  ['no access token', `GET ${KEYS}`, undefined, 'no bearer token', { authorization: undefined }],
  ['a key in its place', `GET ${KEYS}`, undefined, 'no bearer token', { authorization: 'Basic YTpi' }],
  ['a body of no type', `POST ${KEYS}`, FIELDS, 'a body of type', { 'content-type': undefined }],
  ['a body of another type', `POST ${KEYS}`, FIELDS, 'a body of type', { 'content-type': 'text/plain' }],
  ['a body where there is none', `POST ${KEYS}/G8dabc/revoke`, {}, 'a body of type'],
  ['a body that is no JSON', `POST ${KEYS}`, '{', 'JSON'],
  ['a key without a capability', `POST ${KEYS}`, { name: 'n' }, "required property 'capability'"],
  ['a key without a name', `POST ${KEYS}`, { capability: {} }, "required property 'name'"],
  ['capabilities for capability', `POST ${KEYS}`, { name: 'n', capabilities: {} }, '"capabilities"'],
  [
    'a capability as text',
    `POST ${KEYS}`,
    { ...FIELDS, capability: '{"*":["*"]}' },
    '/requestBody/capability must be object',
  ],
  ['an operation outside a list', `POST ${KEYS}`, { ...FIELDS, capability: { '*': '*' } }, 'must be array'],
  ['a field that keys do not have', `PATCH ${KEYS}/G8dabc`, { status: 1 }, '"status"'],
  ['an app without a name', 'POST /accounts/VgQpOZ/apps', {}, "required property 'name'"],
  ['a text for a truth', 'PATCH /apps/28GY6a', { tlsOnly: 'yes' }, '/requestBody/tlsOnly must be boolean'],
  [
    'a rule of an unknown type',
    'POST /apps/28GY6a/rules',
    { ...RULE, ruleType: 'http/gopher' },
    'must match exactly one schema',
  ],
  ['a rule without a target', 'POST /apps/28GY6a/rules', { ...RULE, target: undefined }, "required property 'target'"],
  [
    'a rule that is changed without its type',
    'PATCH /apps/28GY6a/rules/83IzAB',
    { requestMode: 'batch' },
    "required property 'ruleType'",
  ],
  ['a text for a number', 'POST /apps/28GY6a/queues', { ...QUEUE, ttl: '60' }, '/requestBody/ttl must be integer'],
  ['a namespace that is renamed', 'PATCH /apps/28GY6a/namespaces/n', { id: 'm' }, '"id"'],
  ['too many stats', 'GET /apps/28GY6a/stats?limit=1001', undefined, '/query/limit must be <= 1000'],
  [
    'stats by the week',
    'GET /accounts/VgQpOZ/stats?unit=week',
    undefined,
    '/query/unit must be equal to one of the allowed values',
  ],
  ['stats sideways', 'GET /accounts/VgQpOZ/stats?direction=up', undefined, '/query/direction must be equal'],
  [
    'a text for the start of stats',
    'GET /apps/28GY6a/stats?start=2026-11-01:00:00',
    undefined,
    '/query/start must be integer',
  ],
  ['a parameter that does not exist', 'GET /apps/28GY6a/stats?by=hour', undefined, '"by"'],
];

const ERROR = { message: 'm', code: 40100, statusCode: 401, href: 'https://help.ably.io/error/40100' };
const ME = {
  token: { id: 't', name: 'n', capabilities: [], expires_at: null, last_used_at: null },
  user: { id: 1, email: 'e' },
  account: { id: 'a', name: 'n' },
};

/** Name, operation, status, body, words. */
export const ANSWERS = [
  ['an error that is wrapped', 'keys.list', 401, { error: ERROR }, '"error"'],
  ['an error without a page', 'keys.list', 401, { ...ERROR, href: undefined }, "required property 'href'"],
  ['a code that is a text', 'keys.list', 401, { ...ERROR, code: '40100' }, '/code must be integer'],
  ['details in a list', 'keys.list', 401, { ...ERROR, details: [] }, '/details must be object'],
  ['a status that is not documented', 'keys.list', 403, ERROR, 'never answers 403'],
  ['a body with 204', 'apps.delete', 204, {}, 'a body where there is none'],
  ['one key for a list', 'keys.list', 200, {}, 'must be array'],
  ['a key whose status is a word', 'keys.list', 200, [{ status: 'enabled' }], '/0/status must be integer'],
  ['a key with a field that keys do not have', 'keys.create', 201, { revocable: true }, '"revocable"'],
  [
    'a rule of an unknown type',
    'rules.get',
    200,
    { ...RULE, ruleType: 'http/gopher' },
    'must match exactly one schema',
  ],
  [
    'an end that is no time',
    'me',
    200,
    { ...ME, token: { ...ME.token, expires_at: 'soon' } },
    '/token/expires_at must match format',
  ],
  ['a user whose id is a text', 'me', 200, { ...ME, user: { id: 'user-id', email: 'e' } }, '/user/id must be integer'],
];

/** What the library leaves to Ably: the call, its arguments, words. */
export const CALLS = [
  ['apps.create', [{ name: 'n', colour: 'red' }], '"colour"'],
  ['rules.create', ['28GY6a', { ruleType: 'http' }], "required property 'target'"],
  ['queues.create', ['28GY6a', { ...QUEUE, region: undefined }], "required property 'region'"],
  ['stats.app', ['28GY6a', { limit: 1001 }], '/query/limit must be <= 1000'],
];
