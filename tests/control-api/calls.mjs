// Each call of the client: its arguments, and what the parameters of the path must be. Ids are as odd as an
// id may be: some begin with a hyphen, as ids of Ably's do, some need encoding.
const APP = '-28GY6';
const KEY = '-frw5Q';
const RULE = 'rule of/ours?';
const QUEUE = '28AB6w:us-east-1-a:My queue';
const NAMESPACE = '#ns%2F/ä&=+';
const CAPABILITY = { 'chat:*': ['publish', 'subscribe'], '*': ['history'] };
const TIMES = { created: 1602844091815, modified: 1614679682091 };

const key = (fields) => ({
  appId: APP,
  id: KEY,
  name: 'My key name',
  status: 0,
  key: `${APP}.${fields?.id ?? KEY}:made-up-secret`,
  capability: CAPABILITY,
  revocableTokens: false,
  ...TIMES,
  ...fields,
});
const rule = (fields) => ({
  id: RULE,
  appId: APP,
  version: '1.2',
  status: 'enabled',
  ...TIMES,
  _links: null,
  ...fields,
});

const SOURCE = { channelFilter: '^my-channel.*', type: 'channel.message' };
const HTTP = {
  ruleType: 'http',
  requestMode: 'single',
  source: SOURCE,
  target: {
    url: 'https://example.com/webhooks',
    headers: [{ name: 'X-Test', value: 'yes' }],
    signingKeyId: 'bw66AB',
    enveloped: true,
    format: 'json',
  },
};
const LAMBDA = {
  ruleType: 'aws/lambda',
  requestMode: 'single',
  source: SOURCE,
  target: {
    region: 'us-west-1',
    functionName: 'f',
    authentication: { authenticationMode: 'assumeRole', assumeRoleArn: 'arn:aws:iam::123456789012:role/made-up' },
    enveloped: false,
  },
};
const AMQP = {
  ruleType: 'amqp',
  requestMode: 'single',
  source: SOURCE,
  target: { queueId: QUEUE, headers: [], enveloped: true, format: 'json' },
};
const MODERATION = {
  ruleType: 'hive/dashboard',
  invocationMode: 'AFTER_PUBLISH',
  chatRoomFilter: '/^chat:.*$/',
  target: { apiKey: 'made-up', checkWatchLists: null },
};

const QUERY = { start: 1602844091815, end: 1614679682091, unit: 'hour', direction: 'forwards', limit: 1000 };
const NAMESPACE_FIELDS = {
  authenticated: true,
  persisted: true,
  persistLast: true,
  pushEnabled: false,
  batchingEnabled: true,
  batchingInterval: 20,
  conflationEnabled: false,
  tlsOnly: false,
  exposeTimeserial: false,
  mutableMessages: true,
  populateChannelRegistry: false,
};
const APP_FIELDS = {
  name: 'My App',
  status: 'enabled',
  tlsOnly: true,
  fcmKey: null,
  apnsAuthType: 'token',
  apnsUseSandboxEndpoint: false,
};

/** `operation` where it is not the call's own; `answer` in place of the one that is made up; `result` where it is not the answer. */
export const CALLS = [
  { call: 'me', args: [], params: {} },
  {
    call: 'me',
    args: [],
    params: {},
    what: 'of a token that never expires',
    answer: {
      token: { id: 't', name: 'n', capabilities: [], expires_at: null, last_used_at: null },
      user: { id: 1, email: 'a@example.com' },
      account: { id: 'A', name: 'N' },
    },
  },
  { call: 'apps.list', args: [], params: (account) => ({ account_id: account }) },
  { call: 'apps.create', args: [{ name: 'My App' }], params: (account) => ({ account_id: account }) },
  { call: 'apps.create', args: [APP_FIELDS], params: (account) => ({ account_id: account }), what: 'with push' },
  { call: 'apps.update', args: [APP, { tlsOnly: false, status: 'disabled' }], params: { id: APP } },
  { call: 'apps.delete', args: [APP], params: { id: APP } },
  { call: 'keys.list', args: [APP], params: { app_id: APP } },
  {
    call: 'keys.list',
    args: [APP],
    params: { app_id: APP },
    what: 'with a revoked one',
    answer: [key(), key({ id: 'other_', status: 1, revocableTokens: null })],
  },
  {
    call: 'keys.get',
    args: [APP, KEY],
    operation: 'keys.list',
    params: { app_id: APP },
    answer: [key({ id: 'other_' }), key()],
    result: key(),
  },
  { call: 'keys.create', args: [APP, { name: 'My key name', capability: CAPABILITY }], params: { app_id: APP } },
  {
    call: 'keys.create',
    args: [APP, { name: '-', capability: CAPABILITY, revocableTokens: true }],
    params: { app_id: APP },
    what: 'revocable',
    answer: key({ revocableTokens: true }),
  },
  { call: 'keys.update', args: [APP, KEY, { revocableTokens: true }], params: { app_id: APP, key_id: KEY } },
  {
    call: 'keys.update',
    args: [APP, `${APP}.${KEY}`, { name: 'n', capability: CAPABILITY }],
    params: { app_id: APP, key_id: KEY },
    what: 'by its whole name',
  },
  { call: 'keys.revoke', args: [APP, KEY], params: { app_id: APP, key_id: KEY } },
  { call: 'rules.list', args: [APP], params: { app_id: APP } },
  {
    call: 'rules.list',
    args: [APP],
    params: { app_id: APP },
    what: 'of several types',
    answer: [HTTP, LAMBDA, AMQP, MODERATION].map(rule),
  },
  { call: 'rules.get', args: [APP, RULE], params: { app_id: APP, rule_id: RULE } },
  ...[HTTP, LAMBDA, AMQP, MODERATION].map((fields) => ({
    call: 'rules.create',
    args: [APP, fields],
    params: { app_id: APP },
    what: fields.ruleType,
    answer: rule(fields),
  })),
  {
    call: 'rules.update',
    args: [APP, RULE, { ruleType: 'http', requestMode: 'batch' }],
    params: { app_id: APP, rule_id: RULE },
  },
  { call: 'rules.delete', args: [APP, RULE], params: { app_id: APP, rule_id: RULE } },
  { call: 'queues.list', args: [APP], params: { app_id: APP } },
  {
    call: 'queues.create',
    args: [APP, { name: 'My queue', ttl: 60, maxLength: 10000, region: 'eu-west-1-a' }],
    params: { app_id: APP },
  },
  { call: 'queues.delete', args: [APP, QUEUE], params: { app_id: APP, queue_id: QUEUE } },
  { call: 'namespaces.list', args: [APP], params: { app_id: APP } },
  { call: 'namespaces.create', args: [APP, { id: NAMESPACE, ...NAMESPACE_FIELDS }], params: { app_id: APP } },
  {
    call: 'namespaces.update',
    args: [APP, NAMESPACE, NAMESPACE_FIELDS],
    params: { app_id: APP, namespace_id: NAMESPACE },
  },
  { call: 'namespaces.delete', args: [APP, NAMESPACE], params: { app_id: APP, namespace_id: NAMESPACE } },
  { call: 'stats.account', args: [], params: (account) => ({ id: account }) },
  { call: 'stats.account', args: [QUERY], params: (account) => ({ id: account }), what: 'with every parameter' },
  { call: 'stats.app', args: [APP], params: { id: APP } },
  { call: 'stats.app', args: [APP, QUERY], params: { id: APP }, what: 'with every parameter' },
  {
    call: 'stats.app',
    args: [APP, { unit: 'month', direction: 'backwards', limit: 1 }],
    params: { id: APP },
    what: 'with some',
  },
];

/** Of the document's operations, those that no capability of an access token unlocks, and the client does not have. */
export const NOT_CALLED = ['apps.pkcs12'];
