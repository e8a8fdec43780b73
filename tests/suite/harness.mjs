// Registers tests, runs them one after the other, counts. Nothing here that any JavaScript runtime
// lacks: a test runner of one runtime would not load in the others.

/**
 * @param {Record<string, (context: object) => void>} subjects each registers its tests with `context.test(name, body)`
 * @returns {Promise<{ passed: number, failed: number, failures: { name: string, reason: string }[] }>}
 */
export async function runSubjects(subjects, context) {
  const tests = [];
  for (const [subject, register] of Object.entries(subjects)) {
    const before = tests.length;
    const test = (name, body) => tests.push({ name: `${subject}: ${name}`, body });
    try {
      register({ ...context, test });
      // A filter gone wrong must not pass for success.
      if (tests.length === before) throw new Error('it registered no tests');
    } catch (error) {
      // Such as a vector file that is not there: the other subjects still run.
      test('registers its tests', () => Promise.reject(error));
    }
  }

  const failures = [];
  for (const { name, body } of tests) {
    try {
      await body();
    } catch (error) {
      failures.push({ name, reason: reasonOf(error) });
    }
  }
  return { passed: tests.length - failures.length, failed: failures.length, failures };
}

function reasonOf(error) {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  // JavaScriptCore's and SpiderMonkey's stacks leave the message out.
  const stack = String(error.stack ?? '');
  return stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
}
