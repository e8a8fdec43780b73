// accessTokenCapabilities and accessTokenAllows.
import { equal, ok, refuses, thrownBy } from './assert.mjs';

const NAMES = [
  'read:app',
  'write:app',
  'read:key',
  'write:key',
  'read:rule',
  'write:rule',
  'read:queue',
  'write:queue',
  'read:namespace',
  'write:namespace',
  'read:stats',
];

export default ({ test, library }) => {
  const { AblyAuthError, accessTokenAllows, accessTokenCapabilities } = library;

  test('there are eleven', () =>
    equal(accessTokenCapabilities.map(({ capability }) => capability).sort(), [...NAMES].sort()));
  test('each has its label, group, calls and commands', () => {
    for (const row of accessTokenCapabilities) {
      equal(Object.keys(row).sort(), ['capability', 'commands', 'endpoints', 'group', 'label']);
      ok(row.label && row.group && Array.isArray(row.commands), row.capability);
      ok(
        row.endpoints.length > 0 && row.endpoints.every((endpoint) => /^(GET|POST|PATCH|PUT|DELETE) \//.test(endpoint)),
        row.capability,
      );
    }
  });
  test('nobody can change the list', () => {
    const [row] = accessTokenCapabilities;
    ok([accessTokenCapabilities, row, row.endpoints, row.commands].every(Object.isFrozen));
    thrownBy(() => accessTokenCapabilities.push(row));
    thrownBy(() => {
      row.label = 'x';
    });
  });

  for (const need of NAMES)
    test(`${need} is had by who has it, and implied by nothing`, () => {
      equal(accessTokenAllows([need], need), true);
      equal(accessTokenAllows(NAMES, need), true);
      equal(
        accessTokenAllows(
          NAMES.filter((name) => name !== need),
          need,
        ),
        false,
      );
      equal(accessTokenAllows([], need), false);
    });
  test('capabilities that nobody knows grant nothing and are no error', () =>
    equal(accessTokenAllows(['write:moon', ''], 'read:app'), false));
  test('a need that nobody knows is refused, with the likely one', () => {
    const error = refuses(AblyAuthError, () => accessTokenAllows(NAMES, 'read:apps'), { kind: 'usage' });
    ok(error.remediation.includes('"read:app"') || error.remediation.includes('read:app'), error.remediation);
  });
  for (const [name, value] of Object.entries({
    undefined,
    null: null,
    text: 'read:app',
    'an object': {},
    'a Set': new Set(NAMES),
  }))
    test(`${name} for a list is refused`, () =>
      refuses(AblyAuthError, () => accessTokenAllows(value, 'read:app'), { kind: 'usage', path: 'capabilities' }));
  test('what is no text in the list is refused by its place', () =>
    refuses(AblyAuthError, () => accessTokenAllows(['read:app', 1], 'read:app'), {
      kind: 'usage',
      path: 'capabilities[1]',
      message: 'capabilities[1] is a number; give a string',
    }));
  test('a hole in the list is refused by its place', () =>
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    refuses(AblyAuthError, () => accessTokenAllows(['read:app', , 'read:key'], 'read:app'), {
      kind: 'usage',
      path: 'capabilities[1]',
    }));
  test('a need that is no text is refused', () =>
    refuses(AblyAuthError, () => accessTokenAllows([], 1), { kind: 'usage', path: 'need' }));
};
