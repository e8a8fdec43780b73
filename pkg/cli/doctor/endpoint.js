// Examines a token endpoint: asks it by both methods, twice, and looks at what comes back.
import { ask, preflight, TIMEOUT_MS } from './ask.js';
import { readAnswer } from './answer.js';
import { duration } from './report.js';
import { exposesKey } from './secret.js';

const NEXT_SECOND_MS = 1100;
/** Headers that a page sends to another origin without asking first. */
const SIMPLE = /^(?:accept|accept-language|content-language|cookie|origin)$/i;

/**
 * @param {{ url: URL, method?: string, origin?: string, headers: [string, string][], key?: string }} what
 * @param {{ fetch?, signal?, timeoutMs?, sleep? }} how
 * @returns {Promise<import('./answer.js').Answer | undefined>} the last answer that can be used
 */
export async function examineEndpoint(report, what, how) {
  const { url, method } = what;
  if (url.protocol === 'http:' && !isLocal(url))
    report.fail('https', 'the address is plain HTTP, so anybody on the way can read the tokens', 'Serve it by HTTPS.');
  const origin = what.origin !== undefined && what.origin !== url.origin ? what.origin : undefined;
  const methods = method === undefined ? ['GET', 'POST'] : [method];
  const asked = origin && (await askPreflight({ ...what, origin, method: methods[0] }, how));

  const first = await askAll(methods, what, how);
  const usable = methods.filter((name) => first[name].answer !== undefined);
  if (usable.length === 0) {
    if (refusesOrigin(methods, first, origin))
      report.fail('cors', `the endpoint refuses pages of ${origin} (status 403)`, allowing(origin, what.headers));
    else for (const fault of faultsOf(methods, first)) report.fail(fault.check, fault.message, fault.remediation);
    return undefined;
  }
  for (const name of methods.filter((one) => !usable.includes(one)))
    report.note(
      'method',
      `${name} gives no token (${first[name].message}): the client needs authMethod: '${usable[0]}'`,
    );
  report.pass('answer', `${usable.join(' and ')}: the answer can be used (${KINDS[first[usable[0]].answer.kind]})`);
  // What refuses an origin refuses its preflight too: that is one fault.
  if (origin !== undefined && examineCors(report, usable, first, origin, what.headers)) tellPreflight(report, asked);
  const { answer } = first[usable.at(-1)];
  // With a key in the answer, nothing else matters.
  if (!exposesKey(answer.value ?? answer.token, what.key)) await examineCache(report, usable, first, what, how);
  return answer;
}

const KINDS = { token: 'a token', details: 'a TokenDetails', request: 'a TokenRequest' };
const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.*\.localhost)$/;
const isLocal = ({ hostname }) => LOCAL.test(hostname);

/** All methods at once, because each may take until the time is up. */
async function askAll(methods, what, how) {
  const answers = methods.map(async (method) => {
    const response = await ask({ ...what, method }, how);
    return response.fault === undefined
      ? { ...response, ...readAnswer(response) }
      : unanswered(response, how.timeoutMs);
  });
  return Object.fromEntries((await Promise.all(answers)).map((answer, index) => [methods[index], answer]));
}

function unanswered({ fault, late }, timeoutMs = TIMEOUT_MS) {
  if (late)
    return {
      check: 'slow',
      message: `no answer within ${duration(timeoutMs / 1000)}, where ably-js gives up`,
      remediation: 'Answer faster: signing a token needs no network.',
    };
  return {
    check: 'unreachable',
    message: `the endpoint cannot be reached: ${fault}`,
    remediation: 'Check the address, and whether the server is running.',
  };
}

/** A server that knows only one method refuses the other one with these, which is not its fault. */
const METHOD_STATUSES = [404, 405, 501];

function faultsOf(methods, asked) {
  const telling = methods.filter((name) => !METHOD_STATUSES.includes(asked[name].status));
  const faults = (telling.length > 0 ? telling : methods).map((name) => asked[name]);
  return faults.filter(({ check }, index) => faults.findIndex((one) => one.check === check) === index);
}

const refusesOrigin = (methods, asked, origin) =>
  origin !== undefined &&
  methods.every(
    (name) => asked[name].status === 403 && asked[name].headers.get('access-control-allow-origin') === null,
  );

const allowing = (origin, given) =>
  `Send Access-Control-Allow-Origin: ${origin}${isCredentialed(given) ? ' and Access-Control-Allow-Credentials: true' : ''}. With createTokenEndpoint, use cors.`;

async function askPreflight({ url, method, origin, headers }, how) {
  const names = headers.map(([name]) => name.toLowerCase()).filter((name) => !SIMPLE.test(name));
  const answer = await preflight({ url, method, origin, names }, how);
  return { origin, names, refusal: answer.fault ?? refusalOf(answer, origin, names, headers) };
}

function tellPreflight(report, { origin, names, refusal }) {
  if (refusal === undefined) report.pass('preflight', `the preflight of ${origin} is allowed`);
  // Only requests with further headers are preceded by one.
  else if (names.length === 0)
    report.note('preflight', `a preflight is refused (${refusal}). ably-js sends none unless authHeaders is set`);
  else
    report.fail(
      'preflight',
      `the preflight of ${origin} is refused: ${refusal}`,
      `Answer OPTIONS with a status of 200 to 299, Access-Control-Allow-Origin: ${origin} and Access-Control-Allow-Headers: ${names.join(', ')}.`,
    );
}

function refusalOf({ status, headers }, origin, names, given) {
  if (status < 200 || status > 299) return `status ${status}`;
  const ofOrigin = originRefusal(headers, origin, given);
  if (ofOrigin !== undefined) return ofOrigin;
  const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/\s*,\s*/);
  // A star does not cover authorization.
  const missing = names.filter(
    (name) => !allowed.includes(name) && (name === 'authorization' || !allowed.includes('*')),
  );
  return missing.length === 0 ? undefined : `Access-Control-Allow-Headers lacks ${missing.join(', ')}`;
}

const isCredentialed = (given) => given.some(([name]) => /^(?:authorization|cookie)$/i.test(name));

/** ably-js sends a page's cookies to another origin only together with an Authorization header. */
function originRefusal(headers, origin, given) {
  const withCredentials = isCredentialed(given);
  const allowed = headers.get('access-control-allow-origin');
  if (allowed === null) return 'Access-Control-Allow-Origin is missing';
  if (allowed === '*' && withCredentials)
    return 'Access-Control-Allow-Origin is *, which does not work with credentials';
  if (allowed !== '*' && allowed !== origin) return 'Access-Control-Allow-Origin names another origin';
  if (withCredentials && headers.get('access-control-allow-credentials') !== 'true')
    return 'Access-Control-Allow-Credentials is not true';
  return undefined;
}

/** @returns whether pages of the origin may read the answers */
function examineCors(report, methods, asked, origin, given) {
  const [refusal] = methods.map((name) => originRefusal(asked[name].headers, origin, given)).filter(Boolean);
  if (refusal === undefined) report.pass('cors', `pages of ${origin} may read the answer`);
  else report.fail('cors', `pages of ${origin} may not read the answer: ${refusal}`, allowing(origin, given));
  return refusal === undefined;
}

async function examineCache(report, methods, first, what, how) {
  const stored = methods[0] === 'GET' ? storedBy(first.GET.headers) : undefined;
  if (stored !== undefined)
    return report.fail('cache', `the answer may be stored: ${stored}`, 'Send Cache-Control: no-store.');
  let second = await askAll(methods, what, how);
  // The times of a JWT are in seconds, so two of one second may be equal.
  if (methods.some((method) => isSame(first[method].answer, second[method].answer) && isToken(second[method].answer))) {
    await (how.sleep ?? sleep)(NEXT_SECOND_MS);
    second = await askAll(methods, what, how);
  }
  // Only the first answer has to be good: a rate limit, for example, may refuse the second one.
  for (const method of methods.filter((name) => second[name].answer === undefined))
    report.note('method', `the second ${method} gives no token: ${second[method].message}`);
  const repeated = methods
    .map((method) => second[method].answer)
    .find((answer, index) => isSame(first[methods[index]].answer, answer));
  if (repeated === undefined) return report.pass('cache', 'each request gets a new answer');
  return report.fail(
    'cache',
    isToken(repeated)
      ? 'two requests get the same token, so something on the way stores it'
      : 'two requests get the same nonce, and Ably accepts each nonce once (40105)',
    'Create a new answer for each request, and send Cache-Control: no-store.',
  );
}

const isToken = ({ kind }) => kind !== 'request';

function isSame(one, other) {
  if (other === undefined || one.kind !== other.kind) return false;
  return isToken(one) ? one.token === other.token : one.value.nonce === other.value.nonce;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What lets a cache keep the answer, if anything does. */
function storedBy(headers) {
  const control = (headers.get('cache-control') ?? '').toLowerCase();
  const age = Number(headers.get('age') ?? 0);
  if (age > 0) return `it comes from a cache, ${age} s old`;
  if (/no-store|no-cache/.test(control)) return undefined;
  const [, seconds] = /(?:max-age|s-maxage)=(\d+)/.exec(control) ?? [];
  return Number(seconds) > 0 || /\bpublic\b/.test(control) ? `Cache-Control is ${control.slice(0, 100)}` : undefined;
}
