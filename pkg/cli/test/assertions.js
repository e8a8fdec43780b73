// Decides the assertions of a test file, each with the sentence that explains it.
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explainCapability, intersectCapabilities, issueJwtSync } from '../api.js';
import { commonResource, diffCapabilities } from '../capability-diff.js';
import { Failure } from '../failure.js';
import { explainNamed } from '../feature.js';
import { needsClientId } from '../needs-client-id.js';
import { echoed, echoedPath } from '../redact.js';

/** Has the length of a real one. The token is measured and thrown away. */
const MADE_UP_KEY = 'aaaaaa.bbbbbb:0123456789abcdefghijkl';

/**
 * @param {import('./read-file.js').Tests} tests
 * @returns {Promise<Assertion[]>}
 * @typedef {{ grant: string, kind: 'grant' | 'allow' | 'deny' | 'length', name: string, passed: boolean, message?: string,
 *   line: number, column: number }} Assertion
 */
export async function decideAll({ file, module, exported, grants, placeOf }) {
  const make = module === undefined ? undefined : await load(file, module, exported);
  const decided = [];
  for (const grant of grants) {
    const add = (kind, path, name, message) =>
      decided.push({
        grant: grant.name,
        kind,
        name,
        passed: message === undefined,
        ...(message !== undefined && { message }),
        ...placeOf(path),
      });
    await decide(grant, make, add);
  }
  return decided;
}

/** What Node.js says about an ES module that it reads as CommonJS. Its advice is in a warning apart. */
const READ_AS_COMMONJS =
  /^(Unexpected token 'export'|Cannot use (import statement|'import\.meta') outside a module|await is only valid in async)/;

async function load(file, module, exported = 'grant') {
  const path = resolve(dirname(file), module);
  let loaded;
  try {
    loaded = await import(pathToFileURL(path));
  } catch (error) {
    throw new Failure(`Cannot import the module ${echoedPath(module)}: ${echoed(error.message)}`, {
      hint: READ_AS_COMMONJS.test(error.message)
        ? 'Node.js reads it as CommonJS: rename it to .mjs, or set "type": "module" in its package.json'
        : undefined,
      exitCode: 2,
    });
  }
  const make = loaded[exported] ?? loaded.default?.[exported];
  if (typeof make === 'function') return make;
  throw new Failure(`The module ${echoedPath(module)} has no function ${echoed(exported)}`, {
    hint: `Export it: export function ${/^\w+$/.test(exported) ? exported : 'grant'}(user) { … }`,
    exitCode: 2,
  });
}

async function decide(grant, make, add) {
  const made = await madeOf(grant, make);
  if (made.fault !== undefined) return add('grant', grant.path, 'can be issued', made.fault);
  if (made.issued === undefined) return decideRefusal(grant, add);
  const { token } = made.issued;
  add('grant', grant.path, 'can be issued');
  for (const right of grant.allow) add('allow', right.path, `allows ${text(right)}`, notAllowed(right, made));
  for (const right of grant.deny) add('deny', right.path, `denies ${text(right)}`, notDenied(right, made));
  if (grant.maxLength !== undefined)
    add(
      'length',
      [...grant.path, 'maxLength'],
      `has a token of at most ${grant.maxLength} characters`,
      token.length > grant.maxLength ? `the token has ${token.length} characters` : undefined,
    );
}

/**
 * @returns {Promise<{ fault?: string, issued?: object, capability?: string, effective?: string, clientId?: string,
 *   keyCapability?: string }>}
 *   `effective` is what the key leaves of the capability. Neither `fault` nor `issued`: the module refuses the user
 */
async function madeOf(grant, make) {
  try {
    const options = 'user' in grant ? await make(structuredClone(grant.user)) : grant.options;
    if (isRefusal(options)) return {};
    const issued = issueJwtSync({ ...options, key: MADE_UP_KEY });
    const { capability, clientId } = issued;
    const { keyCapability } = grant;
    const effective = keyCapability === undefined ? capability : intersectCapabilities(keyCapability, capability);
    return { issued, capability, effective, clientId, keyCapability };
  } catch (error) {
    return { fault: echoed([error?.message ?? String(error), error?.remediation].filter(Boolean).join('; ')) };
  }
}

/** As `authenticate` refuses a user: null, or a Response. */
const isRefusal = (options) => options === null || options === undefined || typeof options?.status === 'number';

function decideRefusal(grant, add) {
  for (const right of grant.allow) add('allow', right.path, `allows ${text(right)}`, 'the module refuses this user');
  for (const right of grant.deny) add('deny', right.path, `denies ${text(right)}`);
}

const text = ({ operation, channel }) => `${operation === '*' ? 'every operation' : operation} on ${channel}`;

/** Why the right is missing, or undefined if it is there. */
function notAllowed(right, made) {
  const { operation, channel } = right;
  const { capability, effective, clientId } = made;
  if (right.feature !== undefined) {
    const { verdict, message } = explainedFeature(right, made);
    return verdict === 'allowed' ? undefined : message;
  }
  if (clientId === undefined && operation !== '*' && needsClientId(operation))
    return `${operation} needs a client id, and the grant has none`;
  const missing = missingIn(capability, operation, channel);
  if (missing !== undefined) return missing;
  const withKey = missingIn(effective, operation, channel);
  return withKey && `under the capability of the key, ${withKey}`;
}

/** An uncertain answer satisfies neither of the two. */
function explainedFeature({ feature, channel }, { capability, clientId, keyCapability }) {
  const { verdict, message, diagnostics } = explainNamed(capability, feature, channel, {
    clientId: clientId ?? null,
    ...(keyCapability !== undefined && { keyCapability }),
  });
  return diagnostics.some(({ code }) => code === 'unidentified')
    ? { verdict, message: `${feature.text} needs a client id, and the grant has none` }
    : { verdict, message };
}

/** A pattern stands for all channels that it covers, and a star for all operations. */
function missingIn(capability, operation, channel) {
  const [missing] = diffCapabilities(capability, JSON.stringify({ [channel]: [operation] })).gained;
  if (missing === undefined) return undefined;
  const { example } = missing;
  return explainCapability(capability, example.operation, example.resource).message;
}

/** How the right is there all the same, or undefined if it is not. A pattern stands for any channel that it covers. */
function notDenied(right, made) {
  const { operation, channel } = right;
  const { effective, clientId } = made;
  if (right.feature !== undefined) {
    const { verdict, message } = explainedFeature(right, made);
    return verdict === 'denied' ? undefined : message;
  }
  for (const [entry, operations] of Object.entries(JSON.parse(effective))) {
    const found = grantedOf(operation, operations).find((one) => clientId !== undefined || !needsClientId(one));
    if (found === undefined || (found === 'stats' && !/^(?:\[\*\])?\*$/.test(entry))) continue;
    const resource = found === 'stats' ? '*' : commonResource(entry, channel);
    if (resource !== undefined) return explainCapability(effective, found, resource).message;
  }
  return undefined;
}

/** The operations of an entry that are meant. A star in the entry grants the one that is asked for. */
function grantedOf(operation, operations) {
  if (operation === '*') return operations.map((one) => (one === '*' ? 'publish' : one));
  return operations.includes(operation) || operations.includes('*') ? [operation] : [];
}
