// Code that uses or issues the same token elsewhere. It can be pasted unchanged and never contains a key.

/** @typedef {import('../pkg/index.js').IssueOptions} Options from the form, without the key */

/** @param {{ token: string, options: Options, endpoint: string }} given */
export const SNIPPETS = {
  curl: {
    label: 'a curl command',
    note: 'Contains this token, so keep it secret until the token expires.',
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
    note: 'For a program that has the key, such as a server. In a page or an app, set authUrl to your token endpoint instead.',
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
    note: 'Identify the user by your own session before you answer, and take the client id from it.',
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
    note: 'Identify the user by your own session before you answer, and take the client id from it.',
    write: ({ options }) => `import { createIssuer } from 'npm:ably-edge-auth';

const issuer = createIssuer(${literal({ key: code(`Deno.env.get('ABLY_API_KEY')`), ...members(options) }, '')});

Deno.serve(() => Response.json(issuer.issue(), { headers: { 'Cache-Control': 'no-store' } }));
`,
  },
};

/** A simple request that the capability allows, or a request for the time. */
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

/** The options that differ from their defaults, in a readable order. */
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

/** Comments about options that the command line cannot express. */
function inexpressible({ clientId, channelClaims = {}, publishRateLimits = {} }) {
  const lines = [];
  if (/^none$/i.test(clientId ?? ''))
    lines.push(`# The command line cannot set the client id "${clientId}", which it reads as none.`);
  if (Object.keys({ ...channelClaims, ...publishRateLimits }).some((name) => name.includes('=')))
    lines.push('# The command line cannot express a channel with an equals sign in its name.');
  return lines.map((line) => `${line}\n`).join('');
}

/** Single quotes keep the shell from interpreting the text. */
export function shell(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

class Code {
  constructor(text) {
    this.text = text;
  }
}
const code = (text) => new Code(text);

/** A value as a JavaScript literal. */
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

/** In a literal, `__proto__` sets the prototype unless it is a computed name. */
function property(name) {
  if (name === '__proto__') return '["__proto__"]';
  return /^[a-z]\w*$/i.test(name) ? name : JSON.stringify(name);
}
