// The suite. It gets the library as an argument, so that every runtime's shell decides how that is loaded.
import access from './access.mjs';
import accessFailures from './access-failures.mjs';
import accessStores from './access-stores.mjs';
import accessToken from './access-token.mjs';
import actions from './actions.mjs';
import { equal } from './assert.mjs';
import caches from './caches.mjs';
import capability from './capability.mjs';
import capabilityVectors from './capability-vectors.mjs';
import checkedIsSigned from './checked-is-signed.mjs';
import compact from './compact.mjs';
import controlVectors from './control-vectors.mjs';
import edgeNoRequest from './edge-no-request.mjs';
import endpoint from './endpoint.mjs';
import endpointAbuse from './endpoint-abuse.mjs';
import endpointCors from './endpoint-cors.mjs';
import endpointDifferential from './endpoint-differential.mjs';
import endpointEcho from './endpoint-echo.mjs';
import endpointLarge from './endpoint-large.mjs';
import endpointPrevious from './endpoint-previous.mjs';
import endpointThrown from './endpoint-thrown.mjs';
import errorClass from './error-class.mjs';
import errors from './errors.mjs';
import fastPaths from './fast-paths.mjs';
import { joined, runSubjects } from './harness.mjs';
import huge from './huge.mjs';
import inputs from './inputs.mjs';
import issue from './issue.mjs';
import issueOptions from './issue-options.mjs';
import issuer from './issuer.mjs';
import keptRevocations from './kept-revocations.mjs';
import keptRevocationsFailures from './kept-revocations-failures.mjs';
import knownBeginnings from './known-beginnings.mjs';
import longAnswers from './long-answers.mjs';
import memory from './memory.mjs';
import network from './network.mjs';
import networkAbort from './network-abort.mjs';
import networkRevoke from './network-revoke.mjs';
import networkSent from './network-sent.mjs';
import networkServer from './network-server.mjs';
import networkWaits from './network-waits.mjs';
import notAwaited from './not-awaited.mjs';
import oddCallers from './odd-callers.mjs';
import options from './options.mjs';
import products from './products.mjs';
import productsProperties from './products-properties.mjs';
import properties from './properties.mjs';
import readOnce from './read-once.mjs';
import realtime from './realtime.mjs';
import realtimeClient from './realtime-client.mjs';
import realtimeClientInterrupted from './realtime-client-interrupted.mjs';
import reentrancy from './reentrancy.mjs';
import revocations from './revocations.mjs';
import revokeVectors from './revoke-vectors.mjs';
import sandbox from './sandbox.mjs';
import sandboxCalls from './sandbox-calls.mjs';
import sandboxState from './sandbox-state.mjs';
import sandboxWebhooks from './sandbox-webhooks.mjs';
import secrets from './secrets.mjs';
import signatureVectors from './signature-vectors.mjs';
import storeKv from './store-kv.mjs';
import stores from './stores.mjs';
import text from './text.mjs';
import times from './times.mjs';
import tokenRequest from './token-request.mjs';
import tokenVectors from './token-vectors.mjs';
import typedCapability from './typed-capability.mjs';
import utf8 from './utf8.mjs';
import verify from './verify.mjs';
import verifyRequest from './verify-request.mjs';
import webhook from './webhook.mjs';

const SUBJECTS = {
  'long answers': longAnswers, // see there: it comes first
  'capability vectors': capabilityVectors,
  'token vectors': tokenVectors,
  'revoke vectors': revokeVectors,
  'control vectors': controlVectors,
  capability,
  compactCapability: compact,
  'typed capability': typedCapability,
  issue,
  'issue, options in turn': issueOptions,
  issuer,
  verify,
  revocations,
  'kept revocations': keptRevocations,
  'kept revocations, failures': keptRevocationsFailures,
  'token endpoint': endpoint,
  'token endpoint, other origins': endpointCors,
  'token endpoint, beside a plain one': endpointDifferential,
  'token endpoint, abuse': endpointAbuse,
  'token endpoint, thrown': endpointThrown,
  'token endpoint, large': endpointLarge,
  'token endpoint, earlier tokens': endpointPrevious,
  'token endpoint, Laravel Echo': endpointEcho,
  'no Request': edgeNoRequest,
  verifyRequest: verifyRequest,
  'token request': tokenRequest,
  'access token': accessToken,
  options,
  'options, read once': readOnce,
  'what is checked is signed': checkedIsSigned,
  times,
  inputs,
  text,
  huge,
  actions,
  'one rule for products': productsProperties,
  properties,
  'fast paths': fastPaths,
  'known beginnings': knownBeginnings,
  'calls within calls': reentrancy,
  caches,
  secrets,
  'odd callers': oddCallers,
  'not awaited': notAwaited,
  AblyAuthError: errorClass,
  sandbox,
  'sandbox, calls': sandboxCalls,
  'sandbox, state': sandboxState,
  'sandbox, realtime': realtime,
};

/** These need the module's own functions, which a single-file build keeps to itself, or another entry. */
const RAW_SUBJECTS = {
  'signature vectors': raw(signatureVectors),
  memory: raw(memory),
  utf8: raw(utf8),
  'explain errors': errors,
  stores,
  products,
  access,
  'access, failures': accessFailures,
  'access, stores': accessStores,
  'Workers KV': storeKv,
  'realtime client': realtimeClient,
  'realtime client, interrupted': realtimeClientInterrupted,
  webhook,
  'sandbox, webhooks': sandboxWebhooks,
};

function raw(register) {
  return (context) => register({ ...context, ...context.raw });
}

/** These need the test server (tests/network/), so they run apart from the others, which need nothing. */
const NETWORK_SUBJECTS = {
  'test server': networkServer,
  network,
  'network, sent': networkSent,
  'network, abort': networkAbort,
  'network, 429': networkWaits,
  'network, revoke': networkRevoke,
};

/** @param {{ library: object, network: { origin: string } }} context */
export const runNetwork = (context) => runSubjects(NETWORK_SUBJECTS, context);

const casesOf = (content) => (Array.isArray(content) ? content : (content.cases ?? content.tests ?? content.groups));

/** A case without a name is named by all that it holds. */
function sameNames(cases) {
  const names = cases.map((it) => it.name ?? it.id ?? JSON.stringify(it));
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** @param {{ library: object, sandbox: object, raw?: { frame: object, library: object, utf8: object }, errors?: object, stores?: object, products?: object, realtime?: object, webhook?: object, vectors: object }} context */
export function run({ vectors, ...context }) {
  if (!context.raw) return runSubjects(SUBJECTS, { ...context, vectors });
  const used = new Set();
  const watched = new Proxy(vectors, {
    get(files, name) {
      used.add(name);
      return files[name];
    },
  });
  const complete = ({ test }) => {
    test('every file is used', () => equal([...used].sort(), Object.keys(vectors).sort()));
    for (const [file, content] of Object.entries(vectors))
      test(`no two cases of ${file} have one name`, () => equal(sameNames(casesOf(content)), []));
  };
  return runSubjects(joined(SUBJECTS, RAW_SUBJECTS, { vectors: complete }), { ...context, vectors: watched });
}
