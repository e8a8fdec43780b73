// createControlClient. Its methods are generated from the table of operations.
import { checkCapability } from './capability.js';
import { CAPABILITIES, OPERATIONS } from './control-operations.js';
import { AblyAuthError } from './error.js';
import { NETWORK_OPTIONS, readNetwork, readSource, send } from './input/network-options.js';
import { asJson, crossing, kindOf, readOptions, refuse, refuseSeconds } from './input/options.js';
import { isPromise } from './input/usage-error.js';

const OPTIONS = new Set(['accessToken', ...NETWORK_OPTIONS]);
const CALL_OPTIONS = new Set(['signal', 'timeoutMs']);
const QUERY_OPTIONS = new Set(['start', 'end', 'unit', 'direction', 'limit']);
/** Query parameters that are ms since 1970, or a text that is sent to Ably unchanged. */
const TIMES = ['start', 'end'];

/** @returns {import('../index.js').ControlClient} */
export function createControlClient(options) {
  const { accessToken, ...rest } = readOptions(options, OPTIONS);
  // Each call names its app.
  const source = readSource({ accessToken: accessToken ?? null, app: '' });
  const own = readNetwork(rest);
  /** The last answer of `me`. */
  let known;

  const call = async (operation, parameters, { query = '', body = '' }, options) => {
    const { signal = own.signal, timeoutMs = own.timeoutMs } = readCall(options);
    const { endpoint, controlEndpoint, fetch } = own;
    const network = { ...readNetwork({ signal, timeoutMs }), endpoint, controlEndpoint, fetch };
    const held = known?.token?.capabilities;
    const heldCapabilities = Array.isArray(held) ? held.map(String) : undefined;
    const row = [...operation, labelOf(operation)];
    let text;
    try {
      text = await send('callControl', network, {
        ...source,
        operation: row,
        parameters,
        query,
        body,
        heldCapabilities,
      });
    } catch (error) {
      throw explained(error, known);
    }
    return text === '' ? undefined : JSON.parse(text);
  };
  const me = async (options) => (known = await call(OPERATIONS[0], [], {}, options));
  const account = async (options) => {
    const id = (known ?? (await me(options))).account?.id;
    if (typeof id === 'string' && id !== '') return id;
    throw new AblyAuthError({
      kind: 'service',
      message: 'the answer of the Control API has no account id',
      remediation: 'check controlEndpoint',
    });
  };

  const methods = {};
  for (const operation of OPERATIONS) {
    const [name, method, path] = operation;
    const [group, verb] = name.split('.');
    if (verb === undefined) continue; // me
    const parameters = path.match(/\{\w+\}/g).map((parameter) => parameter.slice(1, -1));
    const ofAccount = path.startsWith('/accounts/');
    if (ofAccount) parameters.shift();
    (methods[group] ??= {})[verb] = async (...given) => {
      const ids = parameters.map((parameter, index) => crossing(parameter, given[index]));
      if (group === 'keys' && ids.length === 2) ids[1] = keyId(...ids);
      const rest = given.slice(ids.length);
      const message = {};
      if (group === 'stats') message.query = readQuery(rest.shift());
      else if (method === 'PATCH' || verb === 'create') message.body = readFields(group, rest.shift());
      const options = readCall(rest[0]);
      if (ofAccount) ids.unshift(await account(options));
      const answer = await call(operation, ids, message, options);
      if (group !== 'keys') return answer;
      const named = (key) => withName(key, ids[0]);
      return Array.isArray(answer) ? answer.map(named) : answer && named(answer);
    };
  }
  methods.keys.get = async (app, key, options) => {
    const id = keyId(crossing('app_id', app), crossing('key_id', key));
    const found = (await methods.keys.list(app, options)).find((one) => one.id === id);
    if (found !== undefined) return found;
    throw new AblyAuthError({
      kind: 'usage',
      statusCode: 404,
      message: `the app ${app} has no key ${JSON.stringify(id)}`,
      path: 'key_id',
    });
  };
  for (const group of Object.values(methods)) Object.freeze(group);
  return Object.freeze({ me, ...methods });
}

function readCall(options = {}) {
  return readOptions(options, CALL_OPTIONS, 'call');
}

/** The dashboard's label for the capability that an operation needs. */
function labelOf([, , , needs]) {
  return CAPABILITIES.find(([capability]) => capability === needs)?.[1] ?? '';
}

/** Accepts a key's name (`appId.keyId`), its second half, or the whole key, so that callers need not split it. */
function keyId(app, key) {
  const name = key.split(':')[0];
  if (!name.includes('.')) return name;
  const [ofApp, id] = name.split('.');
  if (ofApp === app) return id;
  throw refuse(
    'key_id',
    `a key of the app ${JSON.stringify(ofApp)}, not of ${JSON.stringify(app)}`,
    'a key of that app',
  );
}

/** Adds `keyName` and `enabled`: Ably sends only half of the name, and a number for the status. */
function withName(key, app) {
  if (typeof key !== 'object' || key === null)
    throw new AblyAuthError({
      kind: 'service',
      message: 'the Control API listed an entry that is not a key',
      remediation: 'check controlEndpoint',
    });
  const { appId, id, status, key: whole } = key;
  // Such a key would sign or verify tokens of an app that the caller did not name.
  const ofAnother = appId !== app || (typeof whole === 'string' && !whole.startsWith(`${appId}.${id}:`));
  if (ofAnother)
    throw new AblyAuthError({
      kind: 'service',
      message: 'the Control API returned a key that does not belong to the requested app',
      remediation: 'check controlEndpoint',
    });
  return {
    ...key,
    keyName: `${appId}.${id}`,
    enabled: status === undefined || status === null || status === 0 || status === 'enabled',
  };
}

function readFields(group, fields) {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields) || isPromise(fields))
    throw refuse('fields', kindOf(fields), 'an object');
  const given = asJson('fields', () => plainFields(fields));
  const { capability } = given;
  if (group !== 'keys' || capability === undefined) return asJson('fields', () => JSON.stringify(given));
  const report = checkCapability(capability);
  const wrong = report.diagnostics.find(({ severity }) => severity === 'error');
  if (wrong) {
    const { message, path, suggestion } = wrong;
    const remediation = suggestion === undefined ? undefined : `did you mean ${JSON.stringify(suggestion)}?`;
    throw new AblyAuthError({
      kind: 'capability',
      code: 40000,
      statusCode: 400,
      message,
      path,
      remediation,
    });
  }
  return asJson('fields', () => JSON.stringify({ ...given, capability: report.capability }));
}

/** Reads each field once, including inherited ones. The field names are Ably's, so only `capability` is known by name. */
function plainFields(fields) {
  const plain = typeof fields.toJSON === 'function' ? fields.toJSON('') : fields;
  if (typeof plain !== 'object' || plain === null) throw refuse('fields', kindOf(plain), 'an object');
  const read = { __proto__: null };
  for (const name in plain) read[name] = plain[name];
  if (!Object.hasOwn(read, 'capability')) read.capability = plain.capability;
  return read;
}

function readQuery(query = {}) {
  const given = Object.entries(readOptions(query, QUERY_OPTIONS, 'query')).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (typeof value !== 'string' && !Number.isSafeInteger(value))
      throw refuse(name, kindOf(value), 'a string or a whole number');
    if (TIMES.includes(name) && typeof value === 'number') refuseSeconds(name, value);
  }
  return String(new URLSearchParams(given.map(([name, value]) => [name, String(value)])));
}

/** Replaces a 401 by a clearer error if `me` has said that the access token expires and that time has passed. */
function explained(error, known) {
  const end = known?.token?.expires_at;
  if (error.statusCode !== 401 || !end || !(Date.parse(end) <= Date.now())) return error;
  const { code, statusCode, href, requestId, serverId } = error;
  const remediation = 'rotate it or create another one at https://ably.com/users/access_tokens';
  const message = `the access token expired at ${end}`;
  return new AblyAuthError({
    kind: 'expired',
    message,
    code,
    statusCode,
    remediation,
    href,
    requestId,
    serverId,
    cause: error,
  });
}
