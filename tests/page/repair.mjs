// www/editor/quick-fix.js: what a click on a suggestion would make of a capability's text.
import { checkCapability } from '../../pkg/index.js';
import { equal } from '../js/assert.mjs';
import './served.mjs';

const { readCapability } = await import('../../www/editor/capability-text.js');
const { findPlace, findRepair } = await import('../../www/editor/quick-fix.js');

/** Text, the code of the diagnostic, and the text after its repair; undefined: it cannot be done by a click. */
const CASES = [
  ['{"a":["publsh"]}', 'unknown-operation', '{"a":["publish"]}'],
  [
    '{"b":["publsh"],"a":["subscribe", "publsh"]}',
    'unknown-operation',
    '{"b":["publish"],"a":["subscribe", "publsh"]}',
    'the first of two',
  ],
  ['{"publsh":["publsh"]}', 'unknown-operation', '{"publsh":["publish"]}', 'a channel of the same name stays'],
  ['{"a":["publsh","publish"]}', 'unknown-operation', undefined, 'it would stand twice'],
  ['{"a":["zebra crossing"]}', 'unknown-operation', undefined, 'nothing is near'],
  ['{\n  "a" : [ "publ\\u0073h" ]\n}', 'unknown-operation', '{\n  "a" : [ "publish" ]\n}', 'escapes and white space'],
  ['{"\\"]:[\\"":["publsh"]}', 'unknown-operation', '{"\\"]:[\\"":["publish"]}', 'JSON in a name'],
  ['{"__proto__":["publsh"]}', 'unknown-operation', '{"__proto__":["publish"]}'],
  ['{"chat*":["publish"]}', 'literal-star', '{"chat:*":["publish"]}'],
  ['{"chat*":["publish"],"chat:*":["subscribe"]}', 'literal-star', undefined, 'it would stand twice'],
  ['{"a:*b":["publish"]}', 'literal-star', undefined, 'nothing is near'],
  ['{"[mta]a":["subscribe"]}', 'unknown-qualifier', '{"[meta]a":["subscribe"]}'],
  ['{"a":["stats"]}', 'stats-needs-star', undefined, 'takes more than another name'],
  ['{"*":["*"]}', 'star-is-channels-only', undefined, 'never grants more than was asked'],
  ['{"a":["publsh"],"a":[]}', 'duplicate-resource', undefined],
  ['{"a":["publsh"],"a":["publish"]}', 'unknown-operation', undefined, 'which of the two, nobody knows'],
  ['{"b":["subscribe"],"a":["*", "publish"]}', 'star-with-others', '{"b":["subscribe"],"a":["*"]}'],
  ['{"a":"publish"}', 'not-a-list', '{"a":["publish"]}'],
  ['{"a":"everything"}', 'not-a-list', undefined, 'nothing is meant by it'],
  [
    '{"b":["*"],"a":["publish subscribe"]}',
    'unknown-operation',
    '{"b":["*"],"a":["publish","subscribe"]}',
    'two in one string',
  ],
  ['{"a":["publish subscribe","publish"]}', 'unknown-operation', undefined, 'one of the two would stand twice'],
  ['{"a":["read"]}', 'unknown-operation', '{"a":["subscribe"]}', 'a word for it'],
  ["{'b':['publish'], 'a':['*']}", 'not-a-capability', '{"b":["publish"],"a":["*"]}', 'not JSON: all of it'],
  ['chat:*: publish', 'not-a-capability', '{"chat:*":["publish"]}', 'YAML'],
];

export default ({ test }) => {
  test('what is not JSON is marked where it is wrong, whatever stands before', () => {
    for (const name of ['a', 'é', '語', '😀😀']) {
      const text = `\n{"${name}": [} `;
      const [diagnostic] = checkCapability(text).diagnostics;
      const { start, end } = findPlace(text, undefined, diagnostic);
      equal([start, text.slice(start, end)], [text.length - 2, '}'], `${name}: ${diagnostic.message}`);
    }
  });
  test('an item that is no text is marked whole', () => {
    const text = '{"a":["publish",{"b":[1]}]}';
    const { start, end } = findPlace(text, readCapability(text), { code: 'not-a-string', path: 'capability["a"][1]' });
    equal(text.slice(start, end), '{"b":[1]}');
  });
  for (const [text, code, repaired, why] of CASES)
    test(`${code} in ${text}${why ? `: ${why}` : ''}`, () => {
      const report = checkCapability(text);
      const diagnostic = report.diagnostics.find((it) => it.code === code);
      equal(diagnostic?.code, code, 'the diagnostic');
      const repair = findRepair(text, readCapability(text), diagnostic);
      equal(repair && text.slice(0, repair.start) + repair.text + text.slice(repair.end), repaired);
    });
};
