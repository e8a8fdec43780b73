// Reads and checks a file of capability tests. Its form is described by capability-test.schema.json.
import { readFileSync } from 'node:fs';
import { capabilityAllows, checkCapability } from '../api.js';
import { decode } from '../decode.js';
import { misuse } from '../failure.js';
import { isFeature, readFeature } from '../feature.js';
import { nearest } from '../nearest.js';
import { echoed, echoedPath } from '../redact.js';
import { readPlaces } from './json-places.js';

const FILE = ['$schema', 'module', 'export', 'keyCapability', 'grants'];
const GRANT = [
  'description',
  'user',
  'options',
  'capability',
  'clientId',
  'allow',
  'deny',
  'keyCapability',
  'maxLength',
];

/**
 * @typedef {{ name: string, path: string[], user?: unknown, options?: object, keyCapability?: string, maxLength?: number,
 *   allow: Expected[], deny: Expected[] }} Grant with `user`, the options come from the module's function
 * @typedef {{ channel: string, operation: string, feature?: object, path: (string | number)[] }} Expected `channel` is the
 *   room, space or conversation of a feature
 * @returns {{ file: string, module?: string, exported?: string, grants: Grant[], placeOf: Function }}
 */
export function readTests(file) {
  const text = readText(file);
  const parsed = parse(file, text);
  const { placeOf, twice } = readPlaces(text);
  const wrong = (path, message, remediation) => {
    const { line, column } = placeOf(path);
    return misuse(`${echoedPath(file)}:${line}:${column}: ${message}`, remediation);
  };
  if (twice !== undefined) throw wrong(twice, `${shown(twice)} is there twice`, 'Merge the two.');
  const reader = { wrong };
  checkMembers(reader, parsed, FILE, []);
  const { module, export: exported, keyCapability, grants } = parsed;
  for (const [name, value] of Object.entries({ module, export: exported }))
    if (value !== undefined && typeof value !== 'string') throw wrong([name], `${name} is not a string`);
  if (!isObject(grants) || Object.keys(grants).length === 0)
    throw wrong(['grants'], 'grants is not an object with at least one grant', 'Add one, by its name.');
  const ofFile = keyCapability && capabilityOf(reader, keyCapability, ['keyCapability']);
  const read = Object.entries(grants).map(([name, grant]) => {
    const result = readGrant(reader, name, grant, module);
    return { ...result, keyCapability: result.keyCapability ?? ofFile };
  });
  return { file, module, exported, grants: read, placeOf };
}

function readText(file) {
  try {
    return decode(readFileSync(file), `The file ${echoedPath(file)}`);
  } catch (error) {
    if (error.code === undefined || error.hint !== undefined) throw error;
    throw misuse(
      `Cannot read the file ${echoedPath(file)}: ${error.code}`,
      'Give the path of a test file. By default it is capability.test.json.',
    );
  }
}

function parse(file, text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw misuse(`${echoedPath(file)} is not JSON: ${echoed(error.message)}`);
  }
  if (!isObject(value)) throw misuse(`${echoedPath(file)} is not a JSON object`);
  return value;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (path) => echoed(String(path.at(-1)));

function checkMembers({ wrong }, value, known, path) {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    throw wrong(
      [...path, name],
      `unknown member ${JSON.stringify(echoed(name))}`,
      meant === undefined ? `Use ${known.join(', ')}.` : `Did you mean ${meant}?`,
    );
  }
}

function readGrant(reader, name, grant, module) {
  const { wrong } = reader;
  const path = ['grants', name];
  if (!isObject(grant)) throw wrong(path, `the grant ${echoed(name)} is not an object`);
  checkMembers(reader, grant, GRANT, path);
  const { user, options, capability, clientId, maxLength } = grant;
  const isLiteral = capability !== undefined || clientId !== undefined || options !== undefined;
  if ('user' in grant && isLiteral)
    throw wrong(path, 'a grant has user or capability, not both', 'Let the module make the grant, or write it down.');
  if ('user' in grant && module === undefined)
    throw wrong([...path, 'user'], 'user needs a module', 'Add "module": "./grants.mjs", with a function grant(user).');
  if (!('user' in grant) && capability === undefined)
    throw wrong(path, 'a grant has neither capability nor user', 'Add one of the two.');
  if (options !== undefined && !isObject(options)) throw wrong([...path, 'options'], 'options is not an object');
  if (maxLength !== undefined && !(Number.isInteger(maxLength) && maxLength > 0))
    throw wrong([...path, 'maxLength'], 'maxLength is not a whole number of characters');
  return {
    name,
    path,
    ...('user' in grant
      ? { user }
      : { options: { ...options, capability, ...(clientId !== undefined && { clientId }) } }),
    ...(grant.keyCapability && {
      keyCapability: capabilityOf(reader, grant.keyCapability, [...path, 'keyCapability']),
    }),
    maxLength,
    allow: readRights(reader, grant.allow, [...path, 'allow']),
    deny: readRights(reader, grant.deny, [...path, 'deny']),
  };
}

function capabilityOf({ wrong }, capability, path) {
  const [error] = checkCapability(capability).diagnostics.filter(({ severity }) => severity === 'error');
  if (error !== undefined) throw wrong(path, error.message, error.suggestion && `Did you mean ${error.suggestion}?`);
  return typeof capability === 'string' ? capability : JSON.stringify(capability);
}

function readRights({ wrong }, rights, path) {
  if (rights === undefined) return [];
  if (!isObject(rights)) throw wrong(path, `${path.at(-1)} is not an object of channels with lists of operations`);
  return Object.entries(rights).flatMap(([channel, operations]) => {
    const inside = [...path, channel];
    if (!Array.isArray(operations) || operations.length === 0)
      throw wrong(inside, `${echoed(channel)} has no list of operations`, 'Write one, such as ["publish"].');
    return operations.map((operation, index) => {
      const at = [...inside, index];
      const feature = isFeature(operation) ? featureOf(wrong, operation, channel, at) : undefined;
      if (feature === undefined) checkOperation(wrong, operation, at);
      return { channel, operation, feature, path: at };
    });
  });
}

/** A feature of a product, of one room, space or conversation. */
function featureOf(wrong, text, name, path) {
  if (name.split(':').includes('*'))
    throw wrong(path, `${echoed(text)} on a pattern`, 'Give the name of one room, space or conversation.');
  try {
    return readFeature(text);
  } catch (error) {
    if (error.kind !== 'usage') throw error;
    throw wrong(path, error.message, error.remediation);
  }
}

/** The module says what is meant, in the words that it has for a capability. */
function checkOperation(wrong, operation, path) {
  if (typeof operation !== 'string') throw wrong(path, 'an operation is not a string');
  if (operation === '*' || capabilityAllows({ x: [operation] }, operation, 'x')) return;
  const { diagnostics } = checkCapability({ x: [operation] });
  const { suggestion } = diagnostics.find(({ suggestion: meant }) => meant !== undefined) ?? {};
  throw wrong(
    path,
    `unknown operation ${JSON.stringify(echoed(operation))}`,
    suggestion === undefined ? undefined : `Did you mean ${suggestion}?`,
  );
}
