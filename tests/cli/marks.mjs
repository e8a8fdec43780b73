// The place marked under a JSON text.
import { marker } from '../../pkg/cli/underline.js';
import { equal } from '../js/assert.mjs';

const CASES = [
  ['an operation', '{"chat":["publsh"]}', 'capability["chat"][0]', ['  {"chat":["publsh"]}', '           ^^^^^^^^']],
  [
    'a later one',
    '{"a":["publish"], "b":["x","y"]}',
    'capability["b"][1]',
    ['  {"a":["publish"], "b":["x","y"]}', '                             ^^^'],
  ],
  ['a resource', '{"chat*":["publish"]}', 'capability["chat*"]', ['  {"chat*":["publish"]}', '   ^^^^^^^']],
  [
    'the second of two that are equal',
    '{"a":["publish"],"a":["*"]}',
    'capability["a"]',
    ['  {"a":["publish"],"a":["*"]}', '                   ^^^'],
  ],
  [
    'a name with a quotation mark and brackets',
    '{"a\\"[0]":["x"]}',
    'capability["a\\"[0]"][0]',
    ['  {"a\\"[0]":["x"]}', '             ^^^'],
  ],
  ['a name written otherwise', '{"\\u0061":["x"]}', 'capability["a"][0]', ['  {"\\u0061":["x"]}', '             ^^^']],
  ['an item that is no text', '{"a":[{"b":1}]}', 'capability["a"][0]', ['  {"a":[{"b":1}]}', '        ^^^^^^^']],
  ['all of it', '[1]', 'capability', ['  [1]', '  ^^^']],
  ['a line of several', '{\n  "a": [\n    "x"\n  ]\n}', 'capability["a"][0]', ['      "x"', '      ^^^']],
  ['a tab stays one', '{\n\t"a": ["x"]\n}', 'capability["a"][0]', ['  \t"a": ["x"]', '  \t      ^^^']],
  ['an emoji before it', '{"😀":["x"]}', 'capability["😀"][0]', ['  {"😀":["x"]}', '        ^^^']],
  ['a place that is not there', '{"a":["x"]}', 'capability["b"]', []],
  ['a path of another form', '{"a":["x"]}', 'capability.a', ['  {"a":["x"]}', '  ^^^^^^^^^^^']],
];

const AT = [
  [
    '{"a":["publish",]}',
    'the capability is not JSON (line 1, column 17)',
    ['  {"a":["publish",]}', '                  ^'],
  ],
  ['{"a":[\n"publish",\n]}', 'the capability is not JSON (line 3, column 1)', ['  ]}', '  ^']],
  ['{"a":["publish"', 'the capability is not JSON (line 1, column 16)', ['  {"a":["publish"', '                 ^']],
  ['', 'the capability is not JSON (line 1, column 1)', ['  ', '  ^']],
  // The module counts bytes.
  ['{"é😀":["x",]}', 'the capability is not JSON (line 1, column 17)', ['  {"é😀":["x",]}', '              ^']],
];

export function marks({ test }) {
  for (const [name, text, path, lines] of CASES) test(name, () => equal(marker(text)(path), lines));
  for (const [text, message, lines] of AT)
    test(`not JSON: ${JSON.stringify(text)}`, () => equal(marker(text)('capability', message), lines));
  test('a long line is shown around the place', () => {
    const [line, marks] = marker(`{"${'a'.repeat(300)}":["publsh"],"${'b'.repeat(300)}":["*"]}`)(
      `capability["${'a'.repeat(300)}"][0]`,
    );
    equal(line.length <= 110, true, line);
    equal(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1), '"publsh"');
    equal([line.includes('…'), line.endsWith('…')], [true, true]);
  });
  test('a text is gone through once, however many places are marked in it', () => {
    const list = Array.from({ length: 99 }, (_, index) => `"x${index}"`).join(',');
    const names = Array.from({ length: 200 }, (_, index) => `a${index}`);
    const text = `{${names.map((name) => `"${name}":[${list}]`).join(',')}}`;
    const { matchAll } = String.prototype;
    let passes = 0;
    String.prototype.matchAll = function (pattern) {
      passes++;
      return matchAll.call(this, pattern);
    };
    try {
      const mark = marker(text);
      for (const name of names)
        for (let index = 0; index < 99; index++) equal(mark(`capability["${name}"][${index}]`, '').length, 2);
    } finally {
      String.prototype.matchAll = matchAll;
    }
    equal(passes, 1);
  });
  test('a message that speaks of a line is believed of the whole text only', () =>
    equal(marker('{"a":["(line 1, column 1)"]}')('capability["a"][0]', 'is "(line 1, column 1)"'), [
      '  {"a":["(line 1, column 1)"]}',
      '        ^^^^^^^^^^^^^^^^^^^^',
    ]));
}
