// Registers tests, runs them one after the other, counts. Nothing here that any JavaScript runtime
// lacks: a test runner of one runtime would not load in the others.

/**
 * @param {Record<string, (context: object) => void>} subjects each registers its tests with `context.test(name, body)`
 * @returns {Promise<{ passed: number, failed: number, failures: { name: string, reason: string }[] }>}
 */
export async function runSubjects(subjects, context) {
  const tests = [];
  const taken = new Set();
  for (const [subject, register] of Object.entries(subjects)) {
    const before = tests.length;
    let isRegistering = true;
    const test = (name, body) => {
      // It would not be run, and nobody would see that.
      if (!isRegistering) throw new Error(`the test ${JSON.stringify(name)} comes after all were registered`);
      const full = `${subject}: ${name}`;
      tests.push({ name: full, body: taken.has(full) ? sharesItsName : body });
      taken.add(full);
    };
    try {
      if (register({ ...context, test }) instanceof Promise) throw new Error('it registers its tests later');
      // A filter gone wrong must not pass for success.
      if (tests.length === before) throw new Error('it registered no tests');
    } catch (error) {
      // Such as a vector file that is not there: the other subjects still run.
      test('registers its tests', () => Promise.reject(error));
    }
    isRegistering = false;
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

/** In place of a second test of one name: a failure of either would not say which it is. */
function sharesItsName() {
  throw new Error('another test has this name');
}

/** All of these in one object. A name that is in two of them would hide what the first has there. */
export function joined(...parts) {
  const all = {};
  for (const part of parts)
    for (const [name, value] of Object.entries(part)) {
      if (Object.hasOwn(all, name)) throw new Error(`there are two of the name ${JSON.stringify(name)}`);
      all[name] = value;
    }
  return all;
}

function reasonOf(error) {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  // JavaScriptCore's and SpiderMonkey's stacks leave the message out.
  const stack = String(error.stack ?? '');
  return stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
}
