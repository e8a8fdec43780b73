// The calls of the Control API that can be tried, from the package's own table.
import { accessTokenCapabilities } from '../pkg/wasm.js';

/** `needs`: the capability. */
export const CALLS = [
  { method: 'GET', path: '/me', needs: undefined },
  ...accessTokenCapabilities.flatMap(({ capability, endpoints }) =>
    endpoints.map((endpoint) => {
      const [method, path] = endpoint.split(' ');
      return { method, path, needs: capability };
    }),
  ),
];

/** Bodies that are accepted as they stand, by what they make. */
const BODIES = {
  'POST /accounts/{account_id}/apps': { name: 'Another app' },
  'PATCH /apps/{id}': { name: 'Renamed app' },
  'POST /apps/{app_id}/keys': {
    name: 'Another key',
    capability: { 'chat:*': ['publish', 'subscribe'] },
    revocableTokens: true,
  },
  'PATCH /apps/{app_id}/keys/{key_id}': { name: 'Renamed key' },
  'POST /apps/{app_id}/rules': {
    ruleType: 'http',
    requestMode: 'single',
    source: { channelFilter: '^chat:', type: 'channel.message' },
    target: { url: 'https://example.com/webhook', format: 'json' },
  },
  'PATCH /apps/{app_id}/rules/{rule_id}': { ruleType: 'http', status: 'disabled' },
  'POST /apps/{app_id}/queues': { name: 'orders', ttl: 60, maxLength: 1000, region: 'us-east-1-a' },
  'POST /apps/{app_id}/namespaces': { id: 'chat', persisted: true },
  'PATCH /apps/{app_id}/namespaces/{namespace_id}': { persisted: false },
};

export function bodyOf({ method, path }) {
  const body = BODIES[`${method} ${path}`];
  return body === undefined ? '' : JSON.stringify(body, null, 2);
}

/** What the path wants to be told besides account and app: `rule_id`, or nothing. */
export function idOf(path) {
  return [...path.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name)
    .find((name) => !['account_id', 'app_id', 'id'].includes(name));
}

/** The path with the ids in their places. */
export function fill(path, { account, app, id }) {
  return path
    .replace(/^\/accounts\/\{\w+\}/, `/accounts/${encodeURIComponent(account)}`)
    .replace(/^\/apps\/\{\w+\}/, `/apps/${encodeURIComponent(app)}`)
    .replace(/\{\w+\}/, encodeURIComponent(id));
}
