// www/editor/capability-text.js: where things stand in a capability's text, and the smallest changes of it.
import { equal, ok } from '../js/assert.mjs';
import './served.mjs';

const { addEntry, freshName, operationsOf, readCapability, removeEntry, rename, setOperations } = await import(
  '../../www/editor/capability-text.js'
);

const applied = (text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end);

/** Text, and what it grants. */
const READ = [
  ['{}', []],
  [' { } ', []],
  ['{"a":["b"]}', [['a', ['b']]]],
  [
    '{"a":[],"b":["*"]}',
    [
      ['a', []],
      ['b', ['*']],
    ],
  ],
  [
    '{\n "a" : [ "b" , "c" ] ,\n "\\u0061\\"]" : ["d"] }',
    [
      ['a', ['b', 'c']],
      ['a"]', ['d']],
    ],
  ],
  [
    '{"a":["b"],"a":["c"]}',
    [
      ['a', ['b']],
      ['a', ['c']],
    ],
    'twice the same',
  ],
  [
    '{"a":"b","c":["d"]}',
    [
      ['a', []],
      ['c', ['d']],
    ],
    'no list',
  ],
  [
    '{"a":{"b":["c"]},"d":["e"]}',
    [
      ['a', []],
      ['d', ['e']],
    ],
    'an object',
  ],
  ['{"a":["b",1,null,["x"],{"y":["z"]},"c"]}', [['a', ['b', 'c']]], 'what is no operation'],
  [
    '{"__proto__":["b"],"constructor":["c"]}',
    [
      ['__proto__', ['b']],
      ['constructor', ['c']],
    ],
  ],
  [
    '{"1":["b"],"0":["c"]}',
    [
      ['1', ['b']],
      ['0', ['c']],
    ],
    'in the order of the text',
  ],
];
const UNREAD = ['', 'null', '[]', '"a"', '{', '{"a":}', '{"a":["b"],}', '[{"a":["b"]}]'];

/** Text, a change, and the text after it. */
const CHANGES = [
  ['{"a":["b"]}', (it) => rename(it.entries[0], 'x"y'), '{"x\\"y":["b"]}'],
  ['{"a":["b"],"c":["d"]}', (it, text) => setOperations(text, it.entries[0], ['e', 'f']), '{"a":["e","f"],"c":["d"]}'],
  [
    '{"a": ["b"], "c": ["d"]}',
    (it, text) => setOperations(text, it.entries[1], ['e', 'f']),
    '{"a": ["b"], "c": ["e", "f"]}',
  ],
  ['{"a":"b"}', (it, text) => setOperations(text, it.entries[0], ['b']), '{"a":["b"]}'],
  ['{"a":["b"]}', (it) => removeEntry(it, 0), '{}'],
  ['{"a":["b"],"c":["d"]}', (it) => removeEntry(it, 0), '{"c":["d"]}'],
  ['{"a":["b"],"c":["d"]}', (it) => removeEntry(it, 1), '{"a":["b"]}'],
  ['{\n  "a": ["b"],\n  "c": ["d"],\n  "e": ["f"]\n}', (it) => removeEntry(it, 1), '{\n  "a": ["b"],\n  "e": ["f"]\n}'],
  ['{}', (it, text) => addEntry(text, it, 'x', ['y']), '{\n  "x": ["y"]\n}'],
  ['{\n  "a": ["b"]\n}', (it, text) => addEntry(text, it, 'x', ['y']), '{\n  "a": ["b"],\n  "x": ["y"]\n}'],
  [
    '{\n  "a": ["b"],\n  "c": ["d"]\n}',
    (it, text) => addEntry(text, it, 'x', ['y']),
    '{\n  "a": ["b"],\n  "c": ["d"],\n  "x": ["y"]\n}',
  ],
  ['{"a":["b"],"c":["d"]}', (it, text) => addEntry(text, it, 'x', ['y', 'z']), '{"a":["b"],"c":["d"],"x":["y","z"]}'],
  ['{"a": ["b"], "c": ["d"]}', (it, text) => addEntry(text, it, 'x', ['y']), '{"a": ["b"], "c": ["d"], "x": ["y"]}'],
];

export default ({ test }) => {
  for (const [text, wanted, why] of READ)
    test(`reads ${text}${why ? `: ${why}` : ''}`, () => {
      const { entries, open, close } = readCapability(text);
      equal(
        entries.map((entry) => [entry.name, operationsOf(entry)]),
        wanted,
      );
      equal([text[open], text[close]], ['{', '}']);
      for (const entry of entries) {
        equal(JSON.parse(text.slice(entry.nameStart, entry.nameEnd)), entry.name);
        JSON.parse(text.slice(entry.valueStart, entry.valueEnd));
        for (const { value, start, end } of entry.items ?? [])
          if (value !== undefined) equal(JSON.parse(text.slice(start, end)), value);
      }
    });
  for (const text of UNREAD)
    test(`reads nothing of ${JSON.stringify(text)}`, () => equal(readCapability(text), undefined));
  for (const [text, change, wanted] of CHANGES)
    test(`${JSON.stringify(text)} becomes ${JSON.stringify(wanted)}`, () =>
      equal(applied(text, change(readCapability(text), text)), wanted));

  test('a fresh name is one that no entry has', () => {
    equal(freshName([]), 'channel');
    equal(freshName([{ name: 'channel' }, { name: 'channel-2' }]), 'channel-3');
  });
  test('what is deep is no trouble', () => {
    const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)},"b":["c"]}`;
    const read = readCapability(deep);
    ok(read === undefined || read.entries.length === 2);
  });
};
