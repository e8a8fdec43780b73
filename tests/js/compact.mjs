// compactCapability: the same rights in fewer entries.
import { equal, ok, refuses } from './assert.mjs';
import { randomFrom } from './random.mjs';

const OPERATIONS = ['publish', 'subscribe', 'history', 'stats', 'made-up'];
const NAMES = ['a', 'b', 'a:a', 'a:b', 'a:b:c', 'b:a', 'c', '*', 'a:*', '[meta]a', '[meta]a:b', '[queue]a'];
const RESOURCES = ['a', 'b', '*', 'a:*', 'a:b', 'a:a', '*:b', 'a:b:*', 'a:*:c', '[meta]a', '[*]*', '[*]a:*', '[?x]a:b'];

export default ({ test, library }) => {
  const { AblyAuthError, capabilityAllows, compactCapability, intersectCapabilities, parseCapability } = library;

  test('what others cover is left out', () => {
    const { capability, suggestions } = compactCapability({
      '*': ['history'],
      'chat:*': ['subscribe'],
      'chat:a': ['history', 'publish', 'subscribe'],
      'chat:b': ['subscribe'],
    });
    equal([capability, suggestions], ['{"*":["history"],"chat:*":["subscribe"],"chat:a":["publish"]}', []]);
    equal(compactCapability('{"a":["*","publish"]}').capability, '{"a":["*"]}');
  });
  test('patterns are suggested, the one that saves the most first', () => {
    const bytes = (name, operation = 'subscribe') => `,"${name}":["${operation}"]`.length;
    const { suggestions } = compactCapability({
      'a:1': ['publish'],
      'a:2': ['publish'],
      'room:one': ['subscribe'],
      'room:two': ['subscribe'],
      'room:three': ['subscribe'],
    });
    equal(suggestions, [
      {
        pattern: 'room:*',
        replaces: ['room:one', 'room:three', 'room:two'],
        savedBytes: bytes('room:one') + bytes('room:two') + bytes('room:three') - bytes('room:*'),
        newlyAllows:
          'subscribe on everything that room:* covers, not only on the 3 resources that it replaces; that includes room itself and names with further segments',
      },
      {
        pattern: 'a:*',
        replaces: ['a:1', 'a:2'],
        savedBytes: bytes('a:1', 'publish'),
        newlyAllows:
          'publish on everything that a:* covers, not only on the 2 resources that it replaces; that includes a itself and names with further segments',
      },
    ]);
  });
  test('no star takes the place of a whole name', () => {
    const rooms = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`room-${index}`, ['subscribe']]));
    equal(compactCapability(rooms), { capability: parseCapability(rooms).canonical, suggestions: [] });
  });
  test('every answer stays the same, under every key', () => {
    const { below, pick } = randomFrom(11);
    const random = () => {
      const capability = {};
      for (let entries = 1 + below(8); entries > 0; entries--)
        capability[pick(RESOURCES)] = pick([['*'], ['publish'], ['subscribe'], ['history', 'publish', 'subscribe']]);
      return capability;
    };
    const met = (key, capability) => {
      try {
        return intersectCapabilities(key, capability);
      } catch {
        return '{}';
      }
    };
    for (let turn = 0; turn < 300; turn++) {
      const [before, key] = [random(), random()];
      const { capability } = compactCapability(before);
      ok(capability.length <= parseCapability(before).canonical.length);
      equal(compactCapability(capability).capability, capability);
      const pairs = [
        [JSON.stringify(before), capability],
        [met(key, before), met(key, capability)],
      ];
      for (const [one, other] of pairs)
        for (const name of NAMES)
          for (const operation of OPERATIONS)
            equal(
              capabilityAllows(other, operation, name),
              capabilityAllows(one, operation, name),
              `${operation} on ${name}: ${one}, ${other}`,
            );
    }
  });
  test('what is not a capability is refused', () => {
    for (const text of ['', '[]', '{"a":5}', '{"a":["publish"],"a":["history"]}'])
      refuses(AblyAuthError, () => compactCapability(text), { kind: 'capability', code: 40000 });
    refuses(AblyAuthError, () => compactCapability(undefined), { kind: 'usage', path: 'capability' });
  });
};
