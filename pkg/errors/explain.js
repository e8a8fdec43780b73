// explainError: what an error of Ably's means, and what of it a token shows to be so.
import { entryOf } from './codes.js';
import { findingsOf } from './findings.js';
import { readError } from './read-error.js';
import { AblyAuthError } from '../lib/error.js';
import { readKnown } from '../lib/input/read-options.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';

const OPTIONS = new Set(['token', 'channel', 'operation', 'keyCapability', 'now']);
const TEXTS = ['token', 'channel', 'operation'];

/**
 * The module is a parameter, because the command line starts it in another way than the package's entries.
 * @param {{ decodeJwt: Function, explainCapability: Function }} module
 */
export function explainerWith(module) {
  return function explainError(error, context = {}) {
    const given = readKnown(context, OPTIONS, 'context', refuseOption);
    for (const name of TEXTS)
      if (given[name] !== undefined && typeof given[name] !== 'string')
        throw refuse(name, kindOf(given[name]), 'a string');
    return explained(readError(error), given, module);
  };
}

function explained({ code, statusCode, cause }, context, module) {
  const entry = entryOf(code);
  // Ably's page is made from the code alone, so it is there for a code that the table lacks too.
  const explanation = {
    ...(code !== undefined && { code }),
    ...((statusCode ?? entry?.statusCode) !== undefined && { statusCode: statusCode ?? entry.statusCode }),
    meaning: entry?.meaning ?? unknown(code),
    causes: [...(entry?.causes ?? [])],
    remediation: entry?.remediation ?? 'Read the message of the error, and the page that its href leads to.',
    ...(code !== undefined && { href: `https://help.ably.io/error/${code}` }),
  };
  if (context.token !== undefined && code !== undefined) explanation.here = findingsOf(code, context, module);
  if (cause !== undefined) explanation.cause = explained(cause, context, module);
  return explanation;
}

function unknown(code) {
  return code === undefined
    ? 'The error has neither a code nor a text that is known to be of Ably'
    : `The code ${code} is not in the table of this package`;
}

function refuseOption(name) {
  throw new AblyAuthError({
    kind: 'usage',
    message: `unknown option ${JSON.stringify(name.slice(0, 100))}`,
    path: name.slice(0, 100),
    remediation: `use ${[...OPTIONS].join(', ')}`,
  });
}
