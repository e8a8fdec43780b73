// The Control API calls that the page offers, from the package's table.
import { accessTokenCapabilities } from '../pkg/lib/control-operations.js';

/** `needs` is the required capability. */
export const CALLS = [
  { method: 'GET', path: '/me', needs: undefined },
  ...accessTokenCapabilities.flatMap(({ capability, endpoints }) =>
    endpoints.map((endpoint) => {
      const [method, path] = endpoint.split(' ');
      return { method, path, needs: capability };
    }),
  ),
];

/** Valid example bodies by call. */
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

/** The path's parameter besides account and app, such as `rule_id`, or undefined. */
export function idOf(path) {
  return [...path.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name)
    .find((name) => !['account_id', 'app_id', 'id'].includes(name));
}

/** Replaces the parameters of the path by ids. */
export function fill(path, { account, app, id }) {
  return path
    .replace(/^\/accounts\/\{\w+\}/, `/accounts/${encodeURIComponent(account)}`)
    .replace(/^\/apps\/\{\w+\}/, `/apps/${encodeURIComponent(app)}`)
    .replace(/\{\w+\}/, encodeURIComponent(id));
}
