// What a token shows of the reasons for an error. Each finding is a fact about this token, not a guess.
import { capabilityFindings, OPERATION_OF } from './capability-findings.js';

const MIN_TTL_SECONDS = 600;
const MAX_TTL_SECONDS = 86_400;
const MAX_REVOCABLE_TTL_SECONDS = 3600;
const CLIENT_TYPE = 'x-ably-clientType';
const RATE_LIMIT = 'ably.limits.publish.perAttachment.maxRate.';

/** Codes by what in a token may be the reason for them. A code may be under several. */
const LOOKS = [
  [formFindings, [40005, 40101, 40140, 40143, 40144, 40145]],
  [capabilityFindings, [40160, 40165, ...Object.keys(OPERATION_OF).map(Number)]],
  [clientIdFindings, [40012, 40101, 40102, 40161, 40166, 91000, 91004]],
  [timeFindings, [40140, 40142, 40143, 40171]],
  [ttlFindings, [40003]],
  [revocationFindings, [40141, 40163, 40164]],
  [clientTypeFindings, [40167]],
  [rateFindings, [42911]],
];

const looksFor = (code) => LOOKS.filter(([, codes]) => codes.includes(code)).map(([look]) => look);

/** Whether a token can show the reason for this code. */
export const isExplainedByToken = (code) => looksFor(code).length > 0;

/** @returns {{ message: string, remediation?: string }[]} */
export function findingsOf(code, context, module) {
  const looks = looksFor(code);
  if (looks.length === 0) return [];
  let decoded;
  try {
    decoded = module.decodeJwt(context.token, context.now === undefined ? {} : { now: context.now });
  } catch (error) {
    if (error?.kind !== 'token') throw error;
    return [{ message: error.message, ...(error.remediation && { remediation: error.remediation }) }];
  }
  const now = context.now === undefined ? Date.now() : Number(context.now);
  return looks.flatMap((look) => look({ ...context, code, decoded, now, module }));
}

/** The errors in the form of the token. Its time has other codes. */
function formFindings({ decoded }) {
  return decoded.diagnostics
    .filter(({ severity, code }) => severity === 'error' || code === 'unknown-claim')
    .filter(({ code }) => code !== 'expired')
    .map(({ message, suggestion }) => ({
      message,
      ...(suggestion !== undefined && { remediation: `did you mean ${JSON.stringify(suggestion)}?` }),
    }));
}

function clientIdFindings({ code, decoded: { clientId } }) {
  if (clientId === undefined)
    return [
      { message: 'the token has no client id', remediation: 'issue it with a client id (claim x-ably-clientId)' },
    ];
  if (clientId === '*')
    return [
      {
        message: 'the client id of the token is *, so the client has to say who it is',
        remediation: 'set the clientId option of the client, or issue the token with a client id',
      },
    ];
  // With a client id, these have another reason.
  if (code === 40161 || code === 40166 || code === 91000)
    return [{ message: `the token has the client id ${JSON.stringify(clientId)}, so the client uses another token` }];
  return [
    {
      message: `the client id of the token is ${JSON.stringify(clientId)}`,
      remediation: 'make the clientId option of the client the same, or drop it',
    },
  ];
}

function timeFindings({ decoded: { issued, expires }, now }) {
  if (expires === undefined) return [{ message: 'the token has no exp', remediation: 'issue it with one' }];
  if (expires > now)
    return [
      {
        message: `by the clock here the token is valid until ${timeOf(expires)}`,
        remediation: 'compare the clocks, and check whether the client sends this token',
      },
    ];
  const ttl = issued === undefined ? undefined : (expires - issued) / 1000;
  const short =
    ttl !== undefined && ttl < MIN_TTL_SECONDS
      ? [{ message: `the token lives for ${ttl} s only`, remediation: 'let tokens live for 10 minutes or more' }]
      : [];
  return [{ message: `the token expired at ${timeOf(expires)}` }, ...short];
}

function ttlFindings({ decoded: { issued, expires } }) {
  if (issued === undefined || expires === undefined) return [];
  const ttl = (expires - issued) / 1000;
  if (ttl > MAX_TTL_SECONDS)
    return [{ message: `the token lives for ${ttl} s`, remediation: `use ${MAX_TTL_SECONDS} s or less` }];
  if (ttl > MAX_REVOCABLE_TTL_SECONDS)
    return [
      {
        message: `the token lives for ${ttl} s, which is too long for a key with revocable tokens`,
        remediation: `use ${MAX_REVOCABLE_TTL_SECONDS} s or less with such a key`,
      },
    ];
  return [];
}

function revocationFindings({ code, decoded: { clientId, revocationKey, issued } }) {
  if (code !== 40141) return [];
  const matches = [
    clientId !== undefined && `the client id ${JSON.stringify(clientId)}`,
    revocationKey !== undefined && `the revocation key ${JSON.stringify(revocationKey)}`,
  ].filter(Boolean);
  const since = issued === undefined ? '' : `, issued at ${timeOf(issued)}`;
  return matches.length === 0
    ? [{ message: `the token has neither a client id nor a revocation key${since}: a channel was revoked` }]
    : [{ message: `the token has ${matches.join(' and ')}${since}: a later revocation of either matches it` }];
}

function clientTypeFindings({ decoded: { claims } }) {
  return claims[CLIENT_TYPE] === undefined
    ? [{ message: `the token has no ${CLIENT_TYPE}`, remediation: 'issue it with clientType: "server"' }]
    : [];
}

function rateFindings({ decoded: { claims } }) {
  return Object.entries(claims)
    .filter(([name]) => name.startsWith(RATE_LIMIT))
    .map(([name, rate]) => ({
      message: `the token allows ${rate} messages per second for each connection on ${name.slice(RATE_LIMIT.length)}`,
    }));
}

/** An unverified token may have any number. */
function timeOf(ms) {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
