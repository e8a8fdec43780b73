// The calls of the Control API that can be tried, from the package's own table.
import { accessTokenCapabilities } from './pkg/wasm.js';

/** `needs`: the capability. */
export const CALLS = [
  { method: 'GET', path: '/me', needs: undefined },
  ...accessTokenCapabilities.flatMap(({ capability, endpoints }) => endpoints.map((endpoint) => {
    const [method, path] = endpoint.split(' ');
    return { method, path, needs: capability };
  })),
];

/** Bodies that are accepted as they stand, by what they make. */
const BODIES = {
  'POST /accounts/{account_id}/apps': { name: 'Another app' },
  'PATCH /apps/{id}': { name: 'Renamed app' },
  'POST /apps/{app_id}/keys': { name: 'Another key', capability: { 'chat:*': ['publish', 'subscribe'] }, revocableTokens: true },
  'PATCH /apps/{app_id}/keys/{key_id}': { name: 'Renamed key' },
  'POST /apps/{app_id}/rules': { ruleType: 'http', requestMode: 'single', source: { channelFilter: '^chat:', type: 'channel.message' }, target: { url: 'https://example.com/webhook', format: 'json' } },
  'PATCH /apps/{app_id}/rules/{rule_id}': { ruleType: 'http', status: 'disabled' },
  'POST /apps/{app_id}/queues': { name: 'orders', ttl: 60, maxLength: 1000, region: 'us-east-1-a' },
  'POST /apps/{app_id}/namespaces': { id: 'chat', persisted: true },
  'PATCH /apps/{app_id}/namespaces/{namespace_id}': { persisted: false },
};

export function bodyOf({ method, path }) {
  const body = BODIES[`${method} ${path}`];
  return body === undefined ? '' : JSON.stringify(body, null, 2);
}

/** The path with the ids in their places: the app's and the account's are known, the last one is given. */
export function fill(path, { account_id, app_id, id }) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    if (name === 'account_id' || (name === 'id' && path.startsWith('/accounts'))) return encodeURIComponent(account_id);
    if (name === 'app_id' || (name === 'id' && path.startsWith('/apps/{id}') && id === '')) return encodeURIComponent(app_id);
    return encodeURIComponent(id);
  });
}
