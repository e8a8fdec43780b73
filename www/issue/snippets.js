// The same token elsewhere: each text here can be pasted as it is. None holds a key.

/** @typedef {import('../pkg/index.js').IssueOptions} Options as the form has them, without the key */

/** @param {{ token: string, options: Options, endpoint: string }} given */
export const SNIPPETS = {
  curl: {
    label: 'a curl command',
    note: 'Uses this very token, so it is a secret for as long as that lives.',
    write: ({ token, options, endpoint }) => {
      const { method, path, body } = firstUse(options.capability);
      const lines = [
        `curl --request ${method} ${shell(`${endpoint}${path}`)}`,
        `--header ${shell(`Authorization: Bearer ${token}`)}`,
      ];
      if (body !== undefined) lines.push(`--header 'Content-Type: application/json'`, `--data ${shell(body)}`);
      return `${lines.join(' \\\n  ')}\n`;
    },
  },
  callback: {
    label: 'an authCallback for ably-js',
    note: 'For a program that has the key itself, such as a server. A page or an app gets its token from your endpoint: authUrl.',
    write: ({ options }) => `import * as Ably from 'ably';
import { issueJwtSync } from 'ably-edge-auth';

const client = new Ably.Realtime({
  authCallback(params, callback) {
    try {
      callback(null, issueJwtSync(${literal({ key: code('process.env.ABLY_API_KEY'), ...members(options) }, '      ')}));
    } catch (error) {
      callback(error.message, null);
    }
  },
});
`,
  },
  command: {
    label: 'a command line',
    note: 'The key comes from ABLY_API_KEY.',
    write: ({ options }) =>
      `${inexpressible(options)}npx ably-edge-auth ${['issue-jwt-token', ...flags(options), '--token-only'].join(' \\\n  ')}\n`,
  },
  worker: {
    label: 'a Cloudflare Worker',
    note: 'Ask your own session who is calling before you answer, and take the client id from there.',
    write: ({ options }) => `import { createIssuer } from 'ably-edge-auth';

let issuer;
export default {
  fetch(request, env) {
    issuer ??= createIssuer(${literal({ key: code('env.ABLY_API_KEY'), ...members(options) }, '    ')});
    return Response.json(issuer.issue(), { headers: { 'Cache-Control': 'no-store' } });
  },
};
`,
  },
  deno: {
    label: 'a Deno handler',
    note: 'Ask your own session who is calling before you answer, and take the client id from there.',
    write: ({ options }) => `import { createIssuer } from 'npm:ably-edge-auth';

const issuer = createIssuer(${literal({ key: code(`Deno.env.get('ABLY_API_KEY')`), ...members(options) }, '')});

Deno.serve(() => Response.json(issuer.issue(), { headers: { 'Cache-Control': 'no-store' } }));
`,
  },
};

/** A request that this capability allows, if there is one that is simple. */
export function firstUse(capability) {
  const entries = Object.entries(JSON.parse(capability));
  const find = (operation) =>
    entries.find(
      ([resource, operations]) =>
        !resource.startsWith('[') && (operations.includes(operation) || operations.includes('*')),
    )?.[0];
  const channel = (resource) =>
    encodeURIComponent(
      resource
        .split(':')
        .map((segment) => (segment === '*' ? 'example' : segment))
        .join(':'),
    );
  const readable = find('history');
  if (readable !== undefined) return { method: 'GET', path: `/channels/${channel(readable)}/messages` };
  const writable = find('publish');
  if (writable !== undefined)
    return {
      method: 'POST',
      path: `/channels/${channel(writable)}/messages`,
      body: JSON.stringify({ name: 'greeting', data: 'hello' }),
    };
  const known = find('channel-metadata');
  if (known !== undefined) return { method: 'GET', path: `/channels/${channel(known)}` };
  return { method: 'GET', path: '/time' };
}

/** The options that say something, in the order people read them. */
function members({ capability, clientId, ttlSeconds, revocationKey, revocable, channelClaims, publishRateLimits }) {
  return {
    capability: JSON.parse(capability),
    clientId: clientId ?? undefined,
    ttlSeconds,
    revocationKey,
    revocable: revocable || undefined,
    channelClaims,
    publishRateLimits,
  };
}

function flags({
  capability,
  clientId,
  ttlSeconds,
  revocationKey,
  revocable,
  channelClaims = {},
  publishRateLimits = {},
}) {
  return [
    `--capability=${shell(capability)}`,
    `--client-id=${shell(clientId ?? 'none')}`,
    ...(ttlSeconds === undefined ? [] : [`--ttl=${ttlSeconds}`]),
    ...(revocationKey === undefined ? [] : [`--revocation-key=${shell(revocationKey)}`]),
    ...(revocable ? ['--revocable'] : []),
    ...Object.entries(channelClaims).map(([channel, value]) => `--channel-claim=${shell(`${channel}=${value}`)}`),
    ...Object.entries(publishRateLimits).map(([channel, rate]) => `--rate-limit=${shell(`${channel}=${rate}`)}`),
  ];
}

/** What the command line has no words for, as comments. */
function inexpressible({ clientId, channelClaims = {}, publishRateLimits = {} }) {
  const lines = [];
  if (/^none$/i.test(clientId ?? ''))
    lines.push(`# This gives no client id: the command line takes "${clientId}" for none.`);
  if (Object.keys({ ...channelClaims, ...publishRateLimits }).some((name) => name.includes('=')))
    lines.push('# A channel with an equals sign in its name cannot be named here.');
  return lines.map((line) => `${line}\n`).join('');
}

/** Nothing has a meaning of its own between these quotes. */
export function shell(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

class Code {
  constructor(text) {
    this.text = text;
  }
}
const code = (text) => new Code(text);

/** A value as JavaScript writes it. */
export function literal(value, indent) {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, indent)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const lines = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${deeper}${property(name)}: ${literal(member, deeper)},\n`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

/** In a literal, `__proto__` is no property like others unless it is computed. */
function property(name) {
  if (name === '__proto__') return '["__proto__"]';
  return /^[a-z]\w*$/i.test(name) ? name : JSON.stringify(name);
}
