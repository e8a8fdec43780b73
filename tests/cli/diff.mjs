// diff: examples, and each vector of tests/vectors/capability-match.json, changed in many ways, against a search through
// all resources that are short enough.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilityAllows, parseCapability } from '../../pkg/index.js';
import { diffCapabilities } from '../../pkg/cli/capability-diff.js';
import { equal, ok } from '../js/assert.mjs';
import { cli, resultOf, shell } from './run-cli.mjs';

const VECTORS = JSON.parse(readFileSync(new URL('../vectors/capability-match.json', import.meta.url), 'utf8'));
/** Nobody's operation, which only a star grants, stands for all that no capability names. */
const UNNAMED = 'presence-subscribe';
const KINDS = ['', '[meta]', '[queue]', '[chat]'];
const MAX_SEGMENTS = 4;

/** Changes of a capability, each in one place. */
function* mutations(capability) {
  for (const resource of Object.keys(capability)) {
    const { [resource]: operations, ...others } = capability;
    const renamed = (name) => ({ ...others, [name]: operations });
    const segments = resource.split(':');
    yield ['without it', others];
    yield ['an operation more', { ...capability, [resource]: [...operations, 'publish', 'stats'] }];
    yield ['an operation less', { ...capability, [resource]: operations.slice(1) }];
    yield ['every operation', { ...capability, [resource]: ['*'] }];
    yield ['an unknown operation', { ...capability, [resource]: [...operations, 'publsh'] }];
    yield ['in another order', { ...others, [resource]: [...operations].reverse() }];
    for (const [index, segment] of segments.entries()) {
      const with_ = (other) => renamed(segments.with(index, other).join(':'));
      yield [`segment ${index} a star`, with_('*')];
      yield [`segment ${index} another`, with_(`${segment}x`)];
    }
    yield ['below it too', renamed(`${resource}:*`)];
    yield ['one segment more', renamed(`${resource}:b`)];
    yield ['one segment less', renamed(segments.slice(0, -1).join(':') || 'a')];
    yield ['a part of it again', { ...capability, [`${resource}:a`]: operations }];
    yield ['in every type', renamed(`[*]${resource.replace(/^\[.*?\]/, '')}`)];
    yield ['in one type', renamed(`[meta]${resource.replace(/^\[.*?\]/, '')}`)];
    yield ['every channel too', { ...capability, '*': ['history'] }];
    yield ['one channel more', { ...capability, 'z:*:y': operations }];
  }
  yield ['nothing', {}];
  yield ['a first entry', { ...capability, new: ['publish'] }];
}

function* resourcesOf(...capabilities) {
  const names = capabilities.flatMap((capability) => Object.keys(capability));
  const segments = [...new Set(names.flatMap((name) => name.replace(/^\[.*?\]/, '').split(':')))]
    .filter((segment) => segment !== '*')
    .concat('other');
  const kinds = new Set([...KINDS, ...names.map((name) => /^\[[^\]*?=]+\]/.exec(name)?.[0] ?? '')]);
  let paths = [''];
  for (let count = 1; count <= MAX_SEGMENTS; count++) {
    paths = paths.flatMap((path) => segments.map((segment) => (count === 1 ? segment : `${path}:${segment}`)));
    for (const kind of kinds) for (const path of paths) yield kind + path;
  }
}

const resourceCache = new Map();
/** Whether `capability` allows it; parsed once. */
function allower(capability) {
  const { allows } = parseCapability(capability);
  return (operation, resource) => allows(operation, resource);
}

/** Every right that `to` gives and `from` does not is in `found`, and each in `found` is such a right. */
function isExact(found, from, to, resources, what) {
  const [had, has] = [allower(from), allower(to)];
  for (const { resource, operations, except = [], example } of found) {
    ok(has(example.operation, example.resource), `${what}: ${JSON.stringify(example)} is not allowed`);
    ok(!had(example.operation, example.resource), `${what}: ${JSON.stringify(example)} was allowed`);
    const all = operations[0] === '*' ? [UNNAMED] : operations;
    for (const operation of all) {
      ok(has(operation, example.resource) && !had(operation, example.resource), `${what}: ${operation} on ${resource}`);
      ok(!except.includes(operation), what);
    }
  }
  const covers = found.map(({ resource, operations, except = [] }) => ({
    operations,
    except,
    allows: allower({ [resource]: ['*'] }),
  }));
  const named = [...new Set([from, to].flatMap((capability) => Object.values(capability).flat()))];
  const operations = [...named.filter((it) => it !== '*' && it !== 'publsh' && it !== 'publish_'), UNNAMED];
  for (const operation of operations)
    for (const resource of resources) {
      if (!has(operation, resource) || had(operation, resource)) continue;
      const isTold = covers.some(
        (one) =>
          (one.operations.includes(operation) || (one.operations[0] === '*' && !one.except.includes(operation))) &&
          one.allows('publish', resource),
      );
      ok(isTold, `${what}: ${operation} on ${resource} is not told`);
    }
}

export function diff({ test, folder }) {
  for (const [index, { capability }] of VECTORS.entries())
    test(`each change of vector ${index}: ${JSON.stringify(capability)}`, () => {
      for (const [name, changed] of mutations(capability)) {
        const what = `${name}: ${JSON.stringify(changed)}`;
        const names = JSON.stringify([Object.keys(capability), Object.keys(changed)]);
        if (!resourceCache.has(names)) resourceCache.set(names, [...new Set(resourcesOf(capability, changed))]);
        const resources = resourceCache.get(names);
        const { gained, lost } = diffCapabilities(capability, changed);
        isExact(gained, capability, changed, resources, `gained, ${what}`);
        isExact(lost, changed, capability, resources, `lost, ${what}`);
        equal(diffCapabilities(changed, capability), { gained: lost, lost: gained }, what);
      }
      resourceCache.clear();
    });

  const CASES = [
    [
      'the same in another text',
      '{"b":["publish","history"],"a":["*"]}',
      '{"a":["*"],"b":["history","publish"]}',
      [],
      [],
    ],
    ['an entry that others cover', '{"a:*":["publish"]}', '{"a:*":["publish"],"a:b":["publish"]}', [], []],
    ['another way to say it', '{"a:*":["publish"]}', '{"a":["publish"],"a:*:*":["publish"]}', [], []],
    [
      'of two that are new, the wider one',
      '{}',
      '{"a:*":["publish"],"a:b":["publish"]}',
      ['publish on a:*: publish on a:example'],
      [],
    ],
    ['a channel more', '{}', '{"a":["publish"]}', ['publish on a'], []],
    [
      'a wider pattern',
      '{"chat:1":["publish"]}',
      '{"chat:*":["publish"]}',
      ['publish on chat:*: publish on chat:example'],
      [],
    ],
    ['a narrower pattern', '{"*":["*"]}', '{"chat:*":["*"]}', [], ['* on *: publish on example']],
    ['every operation but one', '{"a":["publish"]}', '{"a":["*"]}', ['* except publish on a: subscribe on a'], []],
    ['a segment below', '{"a:*:*":["publish"]}', '{"a:*":["publish"]}', ['publish on a:*: publish on a'], []],
    [
      'metachannels',
      '{"*":["subscribe"]}',
      '{"[*]*":["subscribe"]}',
      ['subscribe on [*]*: subscribe on [meta]example'],
      [],
    ],
    ['statistics belong to the app', '{}', '{"*":["stats"]}', ['stats on *'], []],
    ['an unknown operation', '{"a":["publish"]}', '{"a":["publish","publsh"]}', [], []],
    [
      'a name that is taken',
      '{"chat:example":["publish"]}',
      '{"chat:*":["publish"]}',
      ['publish on chat:*: publish on chat:example2'],
      [],
    ],
  ];
  const told = (rights) =>
    rights.map(({ resource, operations, except, example }) => {
      const what = `${operations.join(', ')}${except ? ` except ${except.join(', ')}` : ''} on ${resource}`;
      return example.resource === resource && operations[0] !== '*'
        ? what
        : `${what}: ${example.operation} on ${example.resource}`;
    });
  for (const [name, before, after, gained, lost] of CASES)
    test(name, () => {
      const found = diffCapabilities(before, after);
      equal([told(found.gained), told(found.lost)], [gained, lost]);
    });
  test('an example is allowed by one of the two only', () => {
    const { gained } = diffCapabilities('{"a:b:*":["publish"]}', '{"a:*":["publish"]}');
    const [{ example }] = gained;
    equal(
      ['{"a:b:*":["publish"]}', '{"a:*":["publish"]}'].map((it) => capabilityAllows(it, 'publish', example.resource)),
      [false, true],
    );
  });

  const write = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  test('files, as text', async () => {
    const old = write('old.json', '{"chat:*":["publish"],"news":["*"]}');
    const current = write('new.json', '{\n  "chat:*": ["publish", "history"]\n}\n');
    const { code, stdout, stderr } = await cli(['diff', old, current]);
    equal([code, stderr], [0, '']);
    equal(stdout.split('\n'), [
      'Now possible:',
      '+ history on chat:*',
      '    for example: history on chat:example',
      'No longer possible:',
      '- every operation on news',
      '',
    ]);
    equal((await cli(['diff', old, old])).stdout, 'The two capabilities allow the same.\n');
  });
  test('--fail-on', async () => {
    const [less, more] = ['{"a":["publish"]}', '{"a":["publish","history"]}'];
    const codeOf = async (...args) => (await cli(['diff', ...args])).code;
    for (const [change, expected] of [
      ['grant', [1, 0, 0]],
      ['loss', [0, 1, 0]],
      ['any', [1, 1, 0]],
    ])
      equal(
        [
          await codeOf(less, more, '--fail-on', change),
          await codeOf(more, less, '--fail-on', change),
          await codeOf(more, more, '--fail-on', change),
        ],
        expected,
        change,
      );
    equal(await codeOf(less, more, '--fail-on', 'grnt'), 2);
  });
  test('from a pipe, by a process of its own, as a record', async () => {
    const path = write('now.json', '{"a":["*"]}');
    const { code, stdout } = await shell(`echo '{}' | ably diff - ${path} --fail-on grant --json`);
    equal(code, 1);
    const { diff } = resultOf(stdout);
    equal([diff.same, diff.lost], [false, []]);
    equal(diff.gained, [{ resource: 'a', operations: ['*'], example: { operation: 'publish', resource: 'a' } }]);
  });
  test('what is no capability', async () => {
    for (const text of ['[]', '{"a":"publish"}', '{"a":["x"],"a":["y"]}', '{"a":[1]}', '']) {
      const { code, stdout, stderr } = await cli(['diff', write('bad.json', text), '{}']);
      equal([code, stdout], [1, ''], text);
      ok(/^Error: .*capability/.test(stderr), stderr);
    }
    const piped = await cli(['diff', '-', '{}'], { stdin: '{"a":"publish"}' });
    ok(piped.stderr.includes('\nCorrected: {"a":["publish"]}\n'), piped.stderr);
    equal((await cli(['diff', join(folder, 'missing.json'), '{}'])).code, 1);
    equal((await cli(['diff', '{}'])).code, 2);
    equal((await cli(['diff', '-', '-'], { stdin: '{}' })).code, 2);
  });
}
