// checkCapability on text that people type: tests/vectors/capability-typed.json, and properties of the correction.
import { equal, ok } from './assert.mjs';
import { randomFrom } from './random.mjs';

const NAMES = [
  'chat',
  'chat:*',
  'chat:*:typing',
  '*',
  '[meta]log',
  '[*]*',
  'org-1.room_2',
  '10',
  '2',
  '語',
  'a b',
  "o'neil",
];
const OPERATIONS = ['publish', 'subscribe', 'presence', 'history', 'object-publish', 'message-update-own'];

/** What can be done to the text of a capability; `only`: names for which it stays clear what was meant. */
const PLAIN = /^[\w:*.-]+$/;
const CHANGES = {
  nothing: { change: (text) => text },
  'single quotes': { change: (text) => text.replaceAll('"', "'"), only: /^[^']+$/ },
  'curly quotes': { change: (text) => text.replace(/"([^"]*)"/g, '“$1”') },
  'no quotes': { change: (text) => text.replaceAll('"', ''), only: /^(\[\S+\])?[\w:*.-]+$/ },
  backslashes: { change: (text) => text.replaceAll('"', '\\"') },
  'JSON in JSON': { change: (text) => JSON.stringify(text) },
  'in single quotes': { change: (text) => `'${text}'` },
  'in single quotes, no others': { change: (text) => `'${text.replaceAll('"', '')}'`, only: PLAIN },
  'trailing commas': { change: (text) => text.replaceAll(']', ',]').replace(/\}$/, ',}'), only: /^[^[\]]+$/ },
  'no closing brace': { change: (text) => text.slice(0, -1) },
  'no closing bracket and brace': { change: (text) => text.slice(0, -2) },
  'no braces': { change: (text) => text.slice(1, -1) },
  'no commas between operations': { change: (text) => text.replaceAll('","', '" "') },
  comments: { change: (text) => text.replaceAll(',"', ', // note\n"').replace(/^/, '/* mine */ ') },
  'a variable': { change: (text) => `export const capability = ${text};` },
  'white space': { change: (text) => JSON.stringify(JSON.parse(text), null, 2), only: /^\D+$/ },
  'space of another kind': { change: (text) => text.replaceAll(':[', ':\u00a0[') },
  YAML: {
    change: (text) =>
      Object.entries(JSON.parse(text))
        .map(([name, list]) => `${name}:\n${list.map((it) => `  - ${it}\n`).join('')}`)
        .join(''),
    only: /^[a-z語][\w:.語-]*$/,
  },
  'a string for a list': {
    change: (text) => text.replace(/\[("[^\]]*")\]/g, (_, list) => JSON.stringify(list.replaceAll('"', ''))),
    only: /^[^[\]]+$/,
  },
  'operations in one string': { change: (text) => text.replaceAll('","', ' '), only: /^/ },
  'capital letters': { change: (text) => text.replace(/"publish"|"subscribe"/g, (it) => it.toUpperCase()) },
};
const GARBAGE = [
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '“',
  ':',
  ',',
  '\\',
  ' ',
  '\n',
  '- ',
  '//',
  '/*',
  '#',
  '=>',
  '*',
  'chat',
  'publish',
  'read',
  'true',
  '1',
  '\u00a0',
  '%7B',
  'const x =',
  '語',
  'constructor',
  '__proto__',
];

export default ({ test, library, vectors }) => {
  const { checkCapability } = library;

  for (const { name, typed, messages, suggestion } of vectors['capability-typed'])
    test(name, () => {
      const report = checkCapability(typed);
      const shown = report.diagnostics.filter(({ severity }) => severity !== 'info');
      equal([shown.map(({ message }) => message), report.suggestion], [messages, suggestion]);
      const [whole] = report.diagnostics.filter(({ code }) => code === 'not-a-capability');
      if (whole) equal(whole.suggestion, suggestion, 'the finding about the whole text has it too');
      if (suggestion !== undefined) accepts(suggestion);
    });

  /** A suggestion is valid, and nothing better than it is suggested. */
  function accepts(suggestion) {
    const report = checkCapability(suggestion);
    equal([report.ok, report.suggestion], [true, undefined], suggestion);
  }

  for (const [name, { change, only = /^/ }] of Object.entries(CHANGES))
    test(`the correction is the text before: ${name}`, () => {
      const { below, pick, list } = randomFrom(name.length * 1009);
      const names = NAMES.filter((one) => only.test(one));
      for (let round = 0; round < 60; round++) {
        const resources = [...new Set([pick(names), ...list(3, () => pick(names))])];
        const entries = resources.map((one) => [
          one,
          below(6) === 0 ? ['*'] : [...new Set([pick(OPERATIONS), ...list(3, () => pick(OPERATIONS))])],
        ]);
        // Not by JSON.stringify of an object, which sorts names that are numbers.
        const text = `{${entries.map(([one, operations]) => `${JSON.stringify(one)}:${JSON.stringify(operations)}`).join(',')}}`;
        const typed = change(text);
        const report = checkCapability(typed);
        if (report.ok) equal(report.canonical, checkCapability(text).canonical, typed);
        else equal(report.suggestion, text, typed);
      }
    });

  test('whatever is typed, a suggestion is valid, and nothing is thrown', () => {
    const { pick, list } = randomFrom(20_261_128);
    let suggested = 0;
    for (let round = 0; round < 3_000; round++) {
      const typed = list(14, () => pick(GARBAGE)).join('');
      const { suggestion } = checkCapability(typed);
      if (suggestion === undefined) continue;
      suggested++;
      accepts(suggestion);
    }
    ok(suggested > 20, `only ${suggested} of them had a suggestion`);
  });

  test('a text that repeats one thing very often is answered', () => {
    for (const piece of GARBAGE)
      for (const before of ['', '{"', '{"a":["', '{a:[', "'", 'a: '])
        ok(checkCapability(before + piece.repeat(16_000)).diagnostics.length > 0, piece);
  });

  test('an object is corrected too', () =>
    equal(checkCapability({ b: ['publsh'], a: ['subscribe'] }).suggestion, '{"b":["publish"],"a":["subscribe"]}'));

  test('nothing is suggested where only the key is in the way', () =>
    equal(checkCapability('{"a":["publish"]}', { keyCapability: '{"b":["*"]}' }).suggestion, undefined));
};
