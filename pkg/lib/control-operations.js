// The operations of the Control API and the access token capabilities that they need. These tables repeat
// src/control/operations.rs and src/control/access_token.rs in JavaScript, so that only programs that
// use them load them. tests/rust/network/control_operations.rs compares the two.

/** What an operation is called, its method, its path and the capability that it needs, if any. */
export const OPERATIONS = /** @type {const} */ ([
  ['me', 'GET', '/me', ''],
  ['apps.list', 'GET', '/accounts/{account_id}/apps', 'read:app'],
  ['apps.create', 'POST', '/accounts/{account_id}/apps', 'write:app'],
  ['apps.update', 'PATCH', '/apps/{id}', 'write:app'],
  ['apps.delete', 'DELETE', '/apps/{id}', 'write:app'],
  ['keys.list', 'GET', '/apps/{app_id}/keys', 'read:key'],
  ['keys.create', 'POST', '/apps/{app_id}/keys', 'write:key'],
  ['keys.update', 'PATCH', '/apps/{app_id}/keys/{key_id}', 'write:key'],
  ['keys.revoke', 'POST', '/apps/{app_id}/keys/{key_id}/revoke', 'write:key'],
  ['rules.list', 'GET', '/apps/{app_id}/rules', 'read:rule'],
  ['rules.get', 'GET', '/apps/{app_id}/rules/{rule_id}', 'read:rule'],
  ['rules.create', 'POST', '/apps/{app_id}/rules', 'write:rule'],
  ['rules.update', 'PATCH', '/apps/{app_id}/rules/{rule_id}', 'write:rule'],
  ['rules.delete', 'DELETE', '/apps/{app_id}/rules/{rule_id}', 'write:rule'],
  ['queues.list', 'GET', '/apps/{app_id}/queues', 'read:queue'],
  ['queues.create', 'POST', '/apps/{app_id}/queues', 'write:queue'],
  ['queues.delete', 'DELETE', '/apps/{app_id}/queues/{queue_id}', 'write:queue'],
  ['namespaces.list', 'GET', '/apps/{app_id}/namespaces', 'read:namespace'],
  ['namespaces.create', 'POST', '/apps/{app_id}/namespaces', 'write:namespace'],
  ['namespaces.update', 'PATCH', '/apps/{app_id}/namespaces/{namespace_id}', 'write:namespace'],
  ['namespaces.delete', 'DELETE', '/apps/{app_id}/namespaces/{namespace_id}', 'write:namespace'],
  ['stats.account', 'GET', '/accounts/{id}/stats', 'read:stats'],
  ['stats.app', 'GET', '/apps/{id}/stats', 'read:stats'],
]);

/** A capability, its label and its group in the dashboard, and the commands of the Ably CLI that it unlocks. */
export const CAPABILITIES = /** @type {const} */ ([
  ['read:app', 'Read App', 'Apps', ['apps list']],
  ['write:app', 'Write App', 'Apps', ['apps create', 'apps update', 'apps delete']],
  ['read:key', 'Read Key', 'Keys', ['auth keys list', 'auth keys get']],
  ['write:key', 'Write Key', 'Keys', ['auth keys create', 'auth keys update', 'auth keys revoke']],
  ['read:rule', 'Read Integration', 'Rules', ['integrations list', 'integrations get']],
  ['write:rule', 'Write Integration', 'Rules', ['integrations create', 'integrations update', 'integrations delete']],
  ['read:queue', 'Read Queue', 'Queues', ['queues list']],
  ['write:queue', 'Write Queue', 'Queues', ['queues create', 'queues delete']],
  ['read:namespace', 'Read Rule', 'Namespaces', ['apps channel-rules list']],
  [
    'write:namespace',
    'Write Rule',
    'Namespaces',
    ['apps channel-rules create', 'apps channel-rules update', 'apps channel-rules delete'],
  ],
  ['read:stats', 'Read Stats', 'Statistics', ['stats account', 'stats app']],
]);

export const accessTokenCapabilities = /* @__PURE__ */ listed();

function listed() {
  const rows = CAPABILITIES.map(([capability, label, group, commands]) => {
    const unlocked = OPERATIONS.filter(([, , , needs]) => needs === capability);
    const endpoints = Object.freeze(unlocked.map(([, method, path]) => `${method} ${path}`));
    return Object.freeze({ capability, label, group, commands: Object.freeze(commands), endpoints });
  });
  return Object.freeze(rows);
}
