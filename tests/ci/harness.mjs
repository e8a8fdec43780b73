// The harness of the tests, tested: no test may get lost on the way.
import { equal, thrownBy } from '../js/assert.mjs';
import { joined, runSubjects } from '../js/harness.mjs';

const passes = () => {};
const fails = () => {
  throw new Error('mine');
};

/** How many passed, and the first line of why each other did not. */
async function outcome(subjects) {
  const { passed, failed, failures } = await runSubjects(subjects, {});
  equal(failed, failures.length);
  return [passed, failures.map(({ name, reason }) => `${name}: ${reason.split('\n')[0]}`)];
}

export function harness({ test }) {
  test('it runs every test', async () => {
    const subject = ({ test }) => {
      test('a', passes);
      test('b', fails);
      test('c', passes);
    };
    equal(await outcome({ one: subject, two: subject }), [4, ['one: b: Error: mine', 'two: b: Error: mine']]);
  });
  test('two tests of one name', async () => {
    const subject = ({ test }) => {
      test('a', passes);
      test('a', passes);
      test('b', passes);
    };
    equal(await outcome({ one: subject, two: subject }), [
      4,
      ['one: a: Error: another test has this name', 'two: a: Error: another test has this name'],
    ]);
  });
  test('no test, and an error on the way', async () => {
    equal(await outcome({ one: passes, two: fails, three: ({ test }) => test('a', passes) }), [
      1,
      ['one: registers its tests: Error: it registered no tests', 'two: registers its tests: Error: mine'],
    ]);
  });
  test('a test that is registered too late', async () => {
    const inTest = ({ test }) => test('a', () => test('b', passes));
    const later = async ({ test }) => {
      test('a', passes);
    };
    equal(await outcome({ one: inTest, two: later }), [
      1,
      [
        'one: a: Error: the test "b" comes after all were registered',
        'two: registers its tests: Error: it registers its tests later',
      ],
    ]);
  });
  test('subjects of one name', () => {
    equal(joined({ a: 1 }, { b: 2 }), { a: 1, b: 2 });
    equal(thrownBy(() => joined({ a: 1 }, { b: 2 }, { a: 3 })).message, 'there are two of the name "a"');
  });
}
