// tests/vectors/revoke: what is sent for each case, to the byte, and what is made of the answer. See the README there.
import { equal, ok, refuses, rejects } from './assert.mjs';
import { hasHeaders, saysOnly, scriptedFetch, wantedOf } from './scripted-fetch.mjs';

const HOST = 'main.realtime.ably.net';
/** So long before the revocation was a token issued that is to fall. */
const BEFORE_MS = 10_000;

export default ({ test, library, vectors }) => {
  const { AblyAuthError, issueJwtSync, revokeTokens, verifyJwt } = library;

  for (const vector of vectors.revoke)
    for (const [how, options] of Object.entries(waysToSay(vector)))
      test(`${vector.name}${how}`, async () => {
        const { key, endpoint } = vector;
        const { fetch, requests } = scriptedFetch(answerer(vector));
        const call = revokeTokens({ key, fetch, ...(endpoint && { endpoint }), ...options });
        if (vector.error) {
          const error = await rejects(AblyAuthError, call, wantedOf(vector.error));
          saysOnly(error, vector.error.contains, secretOf(key));
          isSent(vector, requests);
          hasFailed(error.report, vector);
        } else {
          const report = await call;
          isSent(vector, requests);
          isReport(report, vector);
          if (vector.token) falls(report, vector);
        }
      });

  function isReport(report, { key, options, ...vector }) {
    const keyName = nameOf(key);
    const { successCount, failureCount, results } = vector.report;
    equal(report.keyNames, [keyName]);
    equal([report.successCount, report.failureCount], [successCount, failureCount]);
    const expected = results ?? targetsOf(options).map((target) => ({ target, ...vector.response.each }));
    equal(report.results.length, expected.length, 'results');
    expected.forEach(({ error, ...rest }, index) => {
      const { error: found, ...outcome } = report.results[index];
      equal(outcome, { keyName, ...rest });
      equal(found !== undefined, error !== undefined, 'an error');
      if (error) isRefusal(found, error, key);
    });
  }

  function isRefusal(found, { code, statusCode, message }, key) {
    refuses(
      AblyAuthError,
      () => {
        throw found;
      },
      wantedOf({ code, status: statusCode }),
    );
    saysOnly(found, [message], secretOf(key));
  }

  /** Once anything was sent, a rejection says of every target that it failed. */
  function hasFailed(report, { request, options }) {
    equal(report !== undefined, request !== undefined, 'a report');
    if (!request) return;
    equal([report.successCount, report.failureCount], [0, options.targets.length]);
    equal(
      report.results.map(({ target }) => target),
      targetsOf(options),
    );
    ok(report.results.every(({ error }) => error instanceof AblyAuthError));
  }

  /** What the report says is what `verifyJwt` goes by. */
  function falls(report, { key, time, token: options, revoked }) {
    const token = issueJwtSync({ key, now: time - BEFORE_MS, ...options });
    const now = Math.max(...report.results.map(({ appliesAt }) => appliesAt));
    const verify = () =>
      verifyJwt(token.token, { key, keyCapability: '{"[*]*":["*"]}', now, revocations: report.results });
    if (revoked) refuses(AblyAuthError, verify, { kind: 'revoked', code: 40141, statusCode: 401 });
    else equal(verify().keyName, nameOf(key));
  }
};

const nameOf = (key) => key.slice(0, key.indexOf(':'));
const secretOf = (key) => key.slice(key.indexOf(':') + 1);
const asText = (target) => (typeof target === 'string' ? target : `${target.type}:${target.value}`);
const typeOf = (target) => asText(target).split(':', 1)[0];
const targetValue = (target) => asText(target).slice(typeOf(target).length + 1);

function targetsOf({ targets }) {
  if (Array.isArray(targets)) return targets.map(asText);
  return Array.from({ length: targets.times }, (_, index) => `${targets.each}${index}`);
}

/** The same wish in every form that there is for it; all must lead to the same request. */
function waysToSay({ options: { targets: given, ...rest } }) {
  const targets = Array.isArray(given) ? given : targetsOf({ targets: given });
  const ways = { '': { targets, ...rest } };
  const isText = typeof targets[0] === 'string';
  const other = targets.map((target) =>
    isText ? { type: typeOf(target), value: targetValue(target) } : asText(target),
  );
  ways[isText ? ', as objects' : ', as texts'] = { targets: other, ...rest };
  for (const type of ['clientId', 'revocationKey']) {
    if (!targets.every((target) => typeOf(target) === type)) continue;
    const values = targets.map(targetValue);
    ways[`, by ${type}`] = { [type]: values, ...rest };
    if (values.length === 1) ways[`, by one ${type}`] = { [type]: values[0], ...rest };
  }
  if (rest.issuedBefore) ways[', with a Date'] = { targets, ...rest, issuedBefore: new Date(rest.issuedBefore) };
  if (!rest.allowReauthMargin) ways[', without a margin'] = { targets, ...rest, allowReauthMargin: false };
  return ways;
}

/** Ably's clock, then the case's answer; an answer with `each` says the same of every target that was sent. */
function answerer({ time, response }) {
  return ({ method, url, text }) => {
    if (method === 'GET' && url.endsWith('/time'))
      return time === undefined ? undefined : { status: 200, body: [time] };
    if (!response?.each) return response;
    const results = JSON.parse(text).targets.map((target) => ({ target, ...response.each }));
    return { status: response.status, body: { successCount: results.length, failureCount: 0, results } };
  };
}

function isSent(
  { key, time, endpoint = HOST, options, request, requests: sizes = request && [options.targets.length] },
  requests,
) {
  const [clock, ...batches] = requests;
  if (time === undefined) return equal(requests, [], 'nothing is sent');
  equal([clock.method, clock.url, clock.text], ['GET', `https://${endpoint}/time`, undefined]);
  hasHeaders(clock, { authorization: undefined });
  // Which of several is sent first is of no concern.
  const parts = batches.map(({ text }) => JSON.parse(text).targets);
  equal(
    parts.map(({ length }) => length).sort((one, other) => other - one),
    sizes ?? [],
  );
  if (sizes === undefined) return;
  equal(parts.flat().sort(), targetsOf(options).sort());
  const { method, path, body } = request ?? { method: 'POST', path: `/keys/${nameOf(key)}/revokeTokens`, body: {} };
  batches.forEach((batch, index) => {
    const { targets = parts[index], issuedBefore = time, allowReauthMargin } = body;
    equal([batch.method, batch.url], [method, `https://${endpoint}${path}`]);
    equal(batch.text, JSON.stringify({ targets, issuedBefore, allowReauthMargin }), 'the body');
    hasHeaders(batch, { authorization: `Basic ${btoa(key)}` });
    ok(Number(batch.headers['x-ably-version']) >= 3, `X-Ably-Version is ${batch.headers['x-ably-version']}`);
  });
}
