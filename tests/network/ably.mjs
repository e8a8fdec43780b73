// What Ably answers when all is well, and how it refuses: the REST API as far as the library uses it.
import { createHmac, randomBytes } from 'node:crypto';
import { controlApi } from './control-api.mjs';
import { errorBody, Refusal } from './refusal.mjs';

const HOUR = 3_600_000;
const MARGIN = 30_000;
const MOST_TARGETS = 100;
const IS_TARGET = /^(clientId|revocationKey|channel):/;
const UNKNOWN_TYPE = { code: 40000, statusCode: 400, message: 'Unknown target type' };

/** @returns {{ status: number, body: string }} */
export function ably(world, entry) {
  try {
    const [status, value] = route(world, entry);
    return { status, body: value === undefined ? '' : JSON.stringify(value) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.statusCode, body: errorBody(entry.path, error) };
  }
}

function route(world, entry) {
  const { method, path } = entry;
  if (path.startsWith('/redirected/')) return [200, { message: 'nobody should come here' }];
  if (path.startsWith('/v1/')) return controlApi(world, entry);
  if (method === 'GET' && path === '/time') return [200, [world.now()]];
  const [, keyName, call] = path.match(/^\/keys\/([^/]+)\/(revokeTokens|requestToken)$/) ?? [];
  if (method !== 'POST' || !call) throw new Refusal(404, 40400, `Could not find path: ${path}`);
  if (entry.headers['content-type'] !== 'application/json') throw new Refusal(415, 41500, 'Unsupported content type');
  const body = JSON.parse(entry.body);
  const name = decodeURIComponent(keyName);
  return call === 'revokeTokens' ? revokeTokens(world, entry, name, body) : requestToken(world, name, body);
}

function keyNamed(world, name) {
  for (const app of world.apps)
    for (const key of app.keys) if (`${app.id}.${key.id}` === name && !key.status) return key;
  throw new Refusal(401, 40101, 'No such key');
}

function revokeTokens(world, { headers }, keyName, body) {
  const [, credentials] = headers.authorization?.match(/^Basic (.+)$/) ?? [];
  if (!credentials) throw new Refusal(401, 40162, 'revokeTokens needs a key');
  const [user, ...secret] = Buffer.from(credentials, 'base64').toString().split(':');
  const key = keyNamed(world, user);
  if (key.secret !== secret.join(':')) throw new Refusal(401, 40101, 'Invalid credentials');
  if (user !== keyName) throw new Refusal(401, 40133, 'Only the key itself can revoke its tokens');
  if (!key.revocableTokens) throw new Refusal(401, 40164, 'The key has no revocable tokens');

  const now = world.now();
  const { targets, issuedBefore = now, allowReauthMargin = false, ...further } = body;
  if (Object.keys(further).length > 0) throw new Refusal(400, 40000, `unknown: ${Object.keys(further)}`);
  const count = Array.isArray(targets) ? targets.length : 0;
  if (count === 0 || count > MOST_TARGETS) throw new Refusal(400, 40000, `1 to ${MOST_TARGETS} targets`);
  const isPast = Number.isInteger(issuedBefore) && issuedBefore <= now && issuedBefore >= now - HOUR;
  if (!isPast) throw new Refusal(400, 40000, 'Invalid issuedBefore');
  const appliesAt = now + (allowReauthMargin ? MARGIN : 0);
  const results = targets.map((target) => {
    const error = world.script.refused?.[target] ?? (IS_TARGET.test(target) ? undefined : UNKNOWN_TYPE);
    return error ? { target, error } : { target, issuedBefore, appliesAt };
  });
  const failureCount = results.filter(({ error }) => error).length;
  // Protocol version 3 brought the counts; without a version the server takes the client for an old one.
  const isOld = world.script.form === 'array' || !(Number(headers['x-ably-version']) >= 3);
  if (!isOld) return [201, { successCount: results.length - failureCount, failureCount, results }];
  if (failureCount === 0) return [201, results];
  return [
    400,
    {
      error: { code: 40020, statusCode: 400, message: 'Batched operation failed for one or more targets' },
      batchResponse: results,
    },
  ];
}

function requestToken(world, keyName, body) {
  const key = keyNamed(world, keyName);
  const { ttl = HOUR, capability, clientId, timestamp, nonce, mac } = body;
  if (body.keyName !== keyName) throw new Refusal(401, 40101, 'Mismatching key names');
  const text = [keyName, body.ttl, capability, clientId, timestamp, nonce].map((field) => `${field ?? ''}\n`).join('');
  if (createHmac('sha256', key.secret).update(text).digest('base64') !== mac)
    throw new Refusal(401, 40101, 'Mac mismatch');
  if (Math.abs(timestamp - world.now()) > 120_000) throw new Refusal(401, 40104, 'Timestamp not current');
  if (world.nonces.has(nonce)) throw new Refusal(401, 40105, 'Nonce value replayed');
  world.nonces.add(nonce);
  const issued = world.now();
  const granted = capability ?? JSON.stringify(key.capability);
  const token = `${keyName.split('.')[0]}.${randomBytes(24).toString('base64url')}`;
  return [
    201,
    { token, keyName, issued, expires: issued + Number(ttl), capability: granted, ...(clientId && { clientId }) },
  ];
}
