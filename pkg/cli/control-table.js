// The Control API commands, one row each: the operation in the module's table, and the name, flags and help of the command.
// Names, flags and texts match the Ably CLI's where it has the command.

/** The names of each kind of resource. */
const APP = { one: 'app', many: 'apps', title: 'App' };
const KEY = { one: 'key', many: 'keys', title: 'Key' };
const INTEGRATION = { one: 'integration', many: 'integrations', title: 'Integration' };
const QUEUE = { one: 'queue', many: 'queues', title: 'Queue' };
const RULE = { one: 'rule', many: 'rules', title: 'Channel rule' };
const STATS = { one: 'stats', many: 'stats', title: 'Statistics' };

const text = (words, field, more) => ({ value: 'TEXT', text: words, field, ...more });
const truth = (words, field) => ({ text: words, field, negatable: true });
const whole = (words, field, more) => ({ value: 'NUMBER', number: true, text: words, field, ...more });

/** The Ably CLI takes the name as an argument; here it is a flag too. */
const NAMED = (words) => ({ name: 'NAME', isName: true, text: `${words}. --name is the same` });
const APP_NAME = (words, more) => ({ name: text(words, 'name', more) });
const TLS_ONLY = { 'tls-only': truth('Whether the app should accept TLS connections only', 'tlsOnly') };
const APP_STATUS = {
  status: { value: 'STATUS', choices: ['enabled', 'disabled'], text: 'enabled or disabled', field: 'status' },
};

const CAPABILITIES = (words) => ({
  capabilities: {
    value: 'JSON|LIST',
    text: `${words}: JSON, @file, -, or a list of operations that applies to every channel`,
    field: 'capability',
    read: 'capability',
  },
  'revocable-tokens': truth(
    'Whether tokens of the key can be revoked. This limits their TTL to an hour',
    'revocableTokens',
  ),
});

const INTEGRATION_FLAGS = {
  'channel-filter': text('A regular expression that channel names must match', 'source.channelFilter'),
  'request-mode': { value: 'MODE', choices: ['single', 'batch'], text: 'single or batch', field: 'requestMode' },
  status: { value: 'STATUS', choices: ['enabled', 'disabled'], text: 'enabled or disabled', field: 'status' },
  'target-url': text('The URL that an HTTP integration calls', 'target.url'),
  target: { value: 'JSON', text: 'Further fields of the target: JSON, @file, or -', field: 'target', read: 'json' },
};

const CHANNEL_RULE_FLAGS = {
  authenticated: truth('Whether channels matching this rule require clients to be identified', 'authenticated'),
  persisted: truth('Whether messages are stored for longer', 'persisted'),
  'persist-last': truth('Whether the last message is stored for a year', 'persistLast'),
  'push-enabled': truth('Whether push notifications are enabled', 'pushEnabled'),
  'batching-enabled': truth('Whether messages are sent in batches', 'batchingEnabled'),
  'batching-interval': whole('The batching interval, in ms', 'batchingInterval'),
  'conflation-enabled': truth('Whether only the last message of each interval is sent', 'conflationEnabled'),
  'conflation-interval': whole('The conflation interval, in ms', 'conflationInterval'),
  'conflation-key': text('The key by which messages are conflated', 'conflationKey'),
  'tls-only': truth('Whether only TLS connections may use these channels', 'tlsOnly'),
  'expose-time-serial': truth('Whether messages carry their time serial', 'exposeTimeserial'),
  'mutable-messages': truth('Whether messages can be updated and deleted', 'mutableMessages'),
  'populate-channel-registry': truth(
    'Whether these channels are listed in the channel registry',
    'populateChannelRegistry',
  ),
};

const STATS_FLAGS = {
  start: {
    value: 'TIME',
    text: 'The start time: ISO 8601, ms since 1970, or a duration ago such as 1h, 30m, 2d',
    field: 'start',
    read: 'time',
  },
  end: { value: 'TIME', text: 'The end time, in the same formats', field: 'end', read: 'time' },
  unit: {
    value: 'UNIT',
    choices: ['minute', 'hour', 'day', 'month'],
    text: 'minute, hour, day or month',
    field: 'unit',
  },
  limit: whole('The number of intervals', 'limit', { otherwise: 10 }),
};

const KEY_ARGUMENT = { name: 'KEY', required: true, text: 'APP_ID.KEY_ID, or KEY_ID with --app' };
const APP_ARGUMENT = {
  name: 'APP',
  text: 'The app, by id or name. Defaults to --app, then to the currently selected app',
};
const RULE_ARGUMENT = { name: 'RULE_ID', required: true, text: 'The id of the integration' };
const QUEUE_ARGUMENT = {
  name: 'QUEUE',
  required: true,
  text: 'The queue, by name or by an id such as appAbc:us-east-1-a:foo',
};
const NAME_ARGUMENT = { name: 'NAME', required: true, text: 'The name of the channel rule' };

/** In the order of the help, which is that of Ably's table of access-token capabilities. */
export const CONTROL_TABLE = [
  { operation: 'apps.list', command: 'apps list', of: APP, summary: 'List all apps' },
  {
    operation: 'apps.create',
    command: 'apps create',
    of: APP,
    summary: 'Create an app',
    nameArgument: NAMED('The name of the app'),
    flags: { ...APP_NAME('The name of the app', { required: true }), ...TLS_ONLY, ...APP_STATUS },
    examples: ['apps create "My New App"', 'apps create "My New App" --tls-only'],
  },
  {
    operation: 'apps.update',
    command: 'apps update',
    of: APP,
    summary: 'Update an app',
    argument: APP_ARGUMENT,
    flags: { ...APP_NAME('The new name of the app'), ...TLS_ONLY, ...APP_STATUS },
    examples: ['apps update APP_ID --name "Updated App Name"', 'apps update APP_ID --no-tls-only'],
  },
  {
    operation: 'apps.delete',
    command: 'apps delete',
    of: APP,
    summary: 'Delete an app',
    argument: APP_ARGUMENT,
    examples: ['apps delete APP_ID', 'apps delete APP_ID --force'],
  },
  {
    operation: 'keys.list',
    command: 'keys list',
    of: KEY,
    summary: 'List all keys of an app',
    examples: ['auth keys list', 'auth keys list --app "My App" --show-secrets'],
  },
  {
    operation: 'keys.list',
    verb: 'get',
    command: 'keys get',
    of: KEY,
    summary: 'Show a key',
    argument: KEY_ARGUMENT,
    examples: ['auth keys get APP_ID.KEY_ID', 'auth keys get KEY_ID --app APP_ID --show-secrets'],
  },
  {
    operation: 'keys.create',
    command: 'keys create',
    of: KEY,
    summary: 'Create a key',
    nameArgument: NAMED('The name of the key'),
    showsSecrets: true,
    flags: {
      name: text('The name of the key', 'name', { required: true }),
      ...CAPABILITIES('The capability of the key'),
    },
    defaults: { capability: { '*': ['*'] } },
    examples: [
      'auth keys create "My New Key"',
      `auth keys create "My New Key" --capabilities '{"chat:*":["publish","subscribe"]}'`,
      'auth keys create "My New Key" --capabilities "publish,subscribe" --revocable-tokens',
    ],
  },
  {
    operation: 'keys.update',
    command: 'keys update',
    of: KEY,
    summary: 'Update a key',
    argument: KEY_ARGUMENT,
    flags: { name: text('The new name of the key', 'name'), ...CAPABILITIES('The new capability of the key') },
    examples: ['auth keys update APP_ID.KEY_ID --name "New Name"', 'auth keys update APP_ID.KEY_ID --revocable-tokens'],
  },
  {
    operation: 'keys.revoke',
    command: 'keys revoke',
    of: KEY,
    summary: 'Revoke a key',
    argument: KEY_ARGUMENT,
    examples: ['auth keys revoke APP_ID.KEY_ID', 'auth keys revoke APP_ID.KEY_ID --force'],
  },
  {
    operation: 'rules.list',
    command: 'integrations list',
    of: INTEGRATION,
    summary: 'List all integrations of an app',
  },
  {
    operation: 'rules.get',
    command: 'integrations get',
    of: INTEGRATION,
    summary: 'Show an integration',
    argument: RULE_ARGUMENT,
    examples: ['integrations get RULE_ID'],
  },
  {
    operation: 'rules.create',
    command: 'integrations create',
    of: INTEGRATION,
    summary: 'Create an integration',
    flags: {
      'rule-type': text('The type of integration, such as http, amqp, aws/lambda, kafka', 'ruleType', {
        required: true,
      }),
      'source-type': text('The event source, such as channel.message', 'source.type'),
      ...INTEGRATION_FLAGS,
    },
    examples: [
      'integrations create --rule-type "http" --source-type "channel.message" --target-url "https://example.com/webhook"',
      `integrations create --rule-type amqp --source-type channel.message --channel-filter "^chat:" --target '{"queueId":"QUEUE_ID"}'`,
    ],
  },
  {
    operation: 'rules.update',
    command: 'integrations update',
    of: INTEGRATION,
    summary: 'Update an integration',
    argument: RULE_ARGUMENT,
    flags: INTEGRATION_FLAGS,
    examples: [
      'integrations update RULE_ID --status disabled',
      'integrations update RULE_ID --target-url "https://example.com/other"',
    ],
  },
  {
    operation: 'rules.delete',
    command: 'integrations delete',
    of: INTEGRATION,
    summary: 'Delete an integration',
    argument: RULE_ARGUMENT,
    examples: ['integrations delete RULE_ID --force'],
  },
  { operation: 'queues.list', command: 'queues list', of: QUEUE, summary: 'List all queues of an app' },
  {
    operation: 'queues.create',
    command: 'queues create',
    of: QUEUE,
    summary: 'Create a queue',
    nameArgument: NAMED('The name of the queue'),
    flags: {
      name: text('The name of the queue', 'name', { required: true }),
      ttl: whole('The TTL of messages, in minutes', 'ttl', { otherwise: 60 }),
      'max-length': whole('The maximum number of messages in the queue', 'maxLength', { otherwise: 10_000 }),
      region: text('The region: us-east-1-a or eu-west-1-a', 'region', { otherwise: 'us-east-1-a' }),
    },
    examples: [
      'queues create "my-queue"',
      'queues create "my-queue" --ttl 60 --max-length 10000 --region "eu-west-1-a"',
    ],
  },
  {
    operation: 'queues.delete',
    command: 'queues delete',
    of: QUEUE,
    summary: 'Delete a queue',
    argument: QUEUE_ARGUMENT,
    examples: ['queues delete my-queue', 'queues delete appAbc:us-east-1-a:foo'],
  },
  {
    operation: 'namespaces.list',
    command: 'apps channel-rules list',
    of: RULE,
    summary: 'List all channel rules of an app',
  },
  {
    operation: 'namespaces.create',
    command: 'apps channel-rules create',
    of: RULE,
    summary: 'Create a channel rule',
    nameArgument: NAMED('The channel namespace'),
    flags: {
      name: text('The channel namespace: the part of a channel name before the first colon', 'id', { required: true }),
      ...CHANNEL_RULE_FLAGS,
    },
    examples: [
      'apps channel-rules create chat --persisted',
      'apps channel-rules create notifications --persisted --push-enabled --app "My App"',
    ],
  },
  {
    operation: 'namespaces.update',
    command: 'apps channel-rules update',
    of: RULE,
    summary: 'Update a channel rule',
    argument: NAME_ARGUMENT,
    flags: CHANNEL_RULE_FLAGS,
    examples: ['apps channel-rules update chat --no-persisted'],
  },
  {
    operation: 'namespaces.delete',
    command: 'apps channel-rules delete',
    of: RULE,
    summary: 'Delete a channel rule',
    argument: NAME_ARGUMENT,
    examples: ['apps channel-rules delete chat --force'],
  },
  {
    operation: 'stats.account',
    command: 'stats account',
    of: STATS,
    summary: 'Show the statistics of the account',
    flags: STATS_FLAGS,
    examples: ['stats account --unit hour --limit 24'],
  },
  {
    operation: 'stats.app',
    command: 'stats app',
    of: STATS,
    summary: 'Show the statistics of an app',
    argument: APP_ARGUMENT,
    flags: STATS_FLAGS,
    examples: ['stats app', 'stats app APP_ID --unit hour --start 1d'],
  },
];
