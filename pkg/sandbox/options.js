// Reads and checks the options of createSandbox.
import { AblyAuthError } from '../lib/error.js';
import { unknownOption } from '../generated/ably_edge_auth_sandbox.js';
import { readKnown } from '../lib/input/read-options.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';

const KNOWN = new Set(['now', 'state', 'onChange', 'onWebhook', 'seed', 'hosts', 'port', 'origins', 'revokeChannels']);

export function readSandboxOptions(options) {
  const given = readKnown(options, KNOWN, 'options', refuseOption);
  const { now, state = [], onChange, onWebhook, seed, hosts = [], port, origins = [], revokeChannels = false } = given;
  if (now !== undefined && typeof now !== 'function')
    throw refuse('now', kindOf(now), 'a function that returns ms since 1970');
  // A string is iterable too, but by characters. A promise and an async iterable are not iterable.
  if (typeof state !== 'object' || typeof state?.[Symbol.iterator] !== 'function')
    throw refuse('state', kindOf(state), 'a list of the changes that onChange received');
  if (onChange !== undefined && typeof onChange !== 'function')
    throw refuse('onChange', kindOf(onChange), 'a function that stores a change');
  if (onWebhook !== undefined && typeof onWebhook !== 'function')
    throw refuse('onWebhook', kindOf(onWebhook), 'a function that receives a Request');
  if (seed !== undefined && typeof seed !== 'string')
    throw refuse('seed', kindOf(seed), 'a text that cannot be guessed');
  if (seed === '') throw refuse('seed', 'empty', 'a text that cannot be guessed');
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535))
    throw refuse(
      'port',
      typeof port === 'number' ? String(port) : kindOf(port),
      'the port of the sandbox, from 1 to 65535',
    );
  if (typeof revokeChannels !== 'boolean') throw refuse('revokeChannels', kindOf(revokeChannels), 'true or false');
  return {
    now,
    state,
    onChange,
    onWebhook,
    seed,
    hosts: texts('hosts', hosts),
    port,
    origins: texts('origins', origins),
    revokeChannels,
  };
}

function refuseOption(name, known) {
  throw new AblyAuthError(JSON.parse(unknownOption(name.slice(0, 100), [...known])));
}

function texts(name, list) {
  if (!Array.isArray(list)) throw refuse(name, kindOf(list), 'a list of strings');
  return Array.from(list, (one, index) => {
    if (typeof one !== 'string') throw refuse(`${name}[${index}]`, kindOf(one), 'a string');
    return one;
  });
}
