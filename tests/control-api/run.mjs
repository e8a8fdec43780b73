// Every call of the Control API, and every answer to it, held against Ably's OpenAPI document. See the README here.
import { readFileSync } from 'node:fs';
import { print } from '../runtimes/report.mjs';
import { stage } from '../runtimes/stage.mjs';
import { equal, ok, rejects } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { scriptedFetch } from '../js/scripted-fetch.mjs';
import { CALLS, NOT_CALLED } from './calls.mjs';
import { BASE, judgeAnswer, judgeRequest, mockOf, operations, statusesOf } from './document.mjs';
import * as forbidden from './forbidden.mjs';
import { answersOfTheSandbox } from './sandbox.mjs';

stage();
const { library } = await import('../.work/runtimes/staged.mjs');
const { AblyAuthError, accessTokenCapabilities, createControlClient } = library;
const { kinds } = JSON.parse(readFileSync(new URL('../vectors/control-api.json', import.meta.url), 'utf8'));

const ACCESS_TOKEN = 'made-up-access-token';
// The accounts of the document's examples are as plain as can be; ours needs encoding.
const ACCOUNT = '-Vg/pOZ';
const named = (id) => operations.find(({ operationId }) => operationId === id);
const ME = mockOf(named('me'), 200);
const ALL = accessTokenCapabilities.map(({ capability }) => capability);
const UNLOCKED = {
  ...ME,
  token: { ...ME.token, capabilities: ALL, expires_at: null },
  account: { ...ME.account, id: ACCOUNT },
};

/** A client that hears `answer(operation)`, and what was found in its requests and in the answers. */
function open(answer) {
  const judged = [];
  const { fetch } = scriptedFetch((request) => {
    const found = judgeRequest(request);
    judged.push(found);
    if (found.problems.length > 0)
      return {
        status: 400,
        body: {
          message: found.problems.join(),
          code: 40000,
          statusCode: 400,
          href: 'https://help.ably.io/error/40000',
        },
      };
    const given = answer(found.operation) ?? { status: 200, body: UNLOCKED };
    equal(judgeAnswer(found.operation, given), [], 'problems of the answer');
    found.isAnswered = true;
    return given;
  });
  return { client: createControlClient({ accessToken: ACCESS_TOKEN, fetch }), judged };
}

function call(client, name, args) {
  const [group, verb] = name.split('.');
  return verb === undefined ? client[group](...args) : client[group][verb](...args);
}

/** What was sent last is this operation with these parameters; and nothing was wrong with anything. */
function isRight(judged, operation, params) {
  ok(judged.length > 0, 'nothing was sent');
  equal(
    judged.flatMap(({ problems }) => problems),
    [],
    'problems of the request',
  );
  ok(
    judged.every(({ isAnswered }) => isAnswered),
    'the answer was not good enough to be given',
  );
  const last = judged.at(-1);
  equal(
    [last.operation.operationId, last.params],
    [operation.operationId, typeof params === 'function' ? params(ACCOUNT) : params],
  );
  // Whose account it is, is asked for first.
  equal(
    judged.slice(0, -1).map((one) => one.operation.operationId),
    typeof params === 'function' ? ['me'] : [],
  );
}

const withName = (key) => ({ ...key, keyName: `${key.appId}.${key.id}`, enabled: key.status !== 1 });
function readAs(name, answer) {
  if (!name.startsWith('keys.') || answer === undefined) return answer;
  return Array.isArray(answer) ? answer.map(withName) : withName(answer);
}

/** The keys of the document's samples, as keys of the app that is asked for. */
function ofApp(name, [app], answer) {
  if (!name.startsWith('keys.') || answer === undefined) return answer;
  const rename = (key) => ({ ...key, appId: app, key: `${app}.${key.id}:made-up` });
  return Array.isArray(answer) ? answer.map(rename) : rename(answer);
}

const subjects = {
  calls({ test }) {
    test('every operation is called, and every one of the client is an operation', () => {
      const wanted = operations.map(({ operationId }) => operationId).filter((id) => !NOT_CALLED.includes(id));
      equal([...new Set(CALLS.map((one) => one.operation ?? one.call))].sort(), wanted.sort());
      const { client } = open(() => undefined);
      const methods = Object.entries(client).flatMap(([group, it]) =>
        typeof it === 'function' ? [group] : Object.keys(it).map((verb) => `${group}.${verb}`),
      );
      equal(methods.sort(), [...new Set(CALLS.map((one) => one.call))].sort());
    });

    for (const { call: name, args, params, operation: id = name, what = '', answer, result = answer } of CALLS) {
      const operation = named(id);
      for (const status of statusesOf(operation, true))
        test(`${name} ${what} ${status}`, async () => {
          const body = answer ?? ofApp(name, args, mockOf(operation, status));
          const { client, judged } = open((one) => (one.operationId === id ? { status, body } : undefined));
          const read = await call(client, name, args);
          isRight(judged, operation, params);
          equal(read, readAs(name, result ?? body));
        });
      for (const status of statusesOf(operation, false))
        test(`${name} ${what} ${status}`, async () => {
          const code = status * 100;
          const body = {
            ...mockOf(operation, status),
            message: 'made up',
            code,
            statusCode: status,
            href: `https://help.ably.io/error/${code}`,
          };
          const { client, judged } = open((one) => (one.operationId === id ? { status, body } : undefined));
          const error = await rejects(AblyAuthError, call(client, name, args), {
            kind: kinds[status],
            code,
            statusCode: status,
            href: body.href,
          });
          ok(error.message.includes('made up'), error.message);
          isRight(judged, operation, params);
        });
    }
  },

  sandbox: (it) =>
    answersOfTheSandbox(
      it,
      operations.filter(({ operationId }) => !NOT_CALLED.includes(operationId)),
    ),

  forbidden({ test }) {
    const finds = (problems, text) =>
      ok(
        problems.some((problem) => problem.includes(text)),
        `"${text}" is not among ${JSON.stringify(problems)}`,
      );
    for (const [name, line, body, text, headers] of forbidden.REQUESTS)
      test(`request: ${name}`, () => {
        const [method, path] = line.split(' ');
        const sent = body === undefined ? {} : { text: typeof body === 'string' ? body : JSON.stringify(body) };
        const type = body === undefined ? {} : { 'content-type': 'application/json' };
        const right = { authorization: `Bearer ${ACCESS_TOKEN}`, ...type };
        finds(judgeRequest({ method, url: BASE + path, headers: { ...right, ...headers }, ...sent }).problems, text);
      });
    test('request: to another place', () =>
      finds(
        judgeRequest({ method: 'GET', url: 'https://control.ably.net/api/v1/me', headers: {} }).problems,
        'is not at',
      ));
    for (const [name, id, status, body, text] of forbidden.ANSWERS)
      test(`answer: ${name}`, () =>
        finds(judgeAnswer(named(id), { status, body: JSON.parse(JSON.stringify(body)) }), text));
    for (const [name, args, text] of forbidden.CALLS)
      test(`call: ${name}`, async () => {
        const { client, judged } = open(() => undefined);
        const error = await rejects(AblyAuthError, call(client, name, args), {
          kind: 'usage',
          code: 40000,
          statusCode: 400,
        });
        finds(judged.at(-1).problems, text);
        ok(error.message.includes(text.slice(0, 20)), error.message);
      });
  },
};

process.exitCode = print('control API against its OpenAPI document', await runSubjects(subjects, {})) ? 0 : 1;
