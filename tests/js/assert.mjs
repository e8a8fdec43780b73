// Assertions. Each throws an Error that shows both sides.

const LONGEST = 400;

export function show(value) {
  let text;
  try {
    text = JSON.stringify(value, (_, inner) =>
      inner === undefined
        ? '(undefined)'
        : typeof inner === 'bigint' || typeof inner === 'symbol'
          ? String(inner)
          : inner,
    );
  } catch {
    text = String(value);
  }
  text ??= String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function fail(what, ...lines) {
  throw new Error([what, ...lines].filter(Boolean).join('\n    '));
}

export function ok(value, what = 'not so') {
  if (!value) fail(what);
}

/** Deep equality. An absent member and one that is undefined differ: they serialise differently. */
export function equal(actual, expected, what = '') {
  const path = difference(actual, expected, '');
  if (path !== undefined)
    fail(what, `differs${path && ` at ${path}`}`, `expected ${show(expected)}`, `found    ${show(actual)}`);
}

function difference(one, other, path) {
  if (Object.is(one, other)) return undefined;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return path;
  if (Array.isArray(one) !== Array.isArray(other)) return path;
  const names = Object.keys(one).sort();
  if (Object.keys(other).sort().join('\0') !== names.join('\0')) return path;
  for (const name of names) {
    const found = difference(one[name], other[name], `${path}[${JSON.stringify(name)}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What `run` throws. */
export function thrownBy(run) {
  let result;
  try {
    result = run();
  } catch (error) {
    return error;
  }
  return fail(`nothing was thrown; it gave ${show(result)}`);
}

/** All that an error says, as Rust's Display does: its message, and what to do. */
export const wholeMessage = ({ message, remediation }) =>
  remediation === undefined ? message : `${message}; ${remediation}`;

/**
 * What `run` throws is an AblyAuthError with these members; `message` is all that it says, a RegExp or an exact
 * text. A member that is `undefined` in `wanted` must be absent.
 */
export function refuses(AblyAuthError, run, wanted) {
  return isRefusal(AblyAuthError, thrownBy(run), wanted);
}

export async function rejects(AblyAuthError, promise, wanted) {
  const error = await promise.then(
    (value) => fail(`it resolved with ${show(value)}`),
    (reason) => reason,
  );
  return isRefusal(AblyAuthError, error, wanted);
}

function isRefusal(AblyAuthError, error, wanted) {
  if (!(error instanceof AblyAuthError)) throw new Error(`not an AblyAuthError: ${error?.stack ?? error}`);
  ok(!error.remediation || !error.message.includes(error.remediation), 'the message repeats the remediation');
  for (const [name, value] of Object.entries(wanted)) {
    const found = name === 'message' ? wholeMessage(error) : error[name];
    if (value instanceof RegExp) {
      if (!value.test(found)) fail(`the error's ${name}`, `matches not ${value}`, `found ${show(found)}`);
    } else {
      equal(found, value, `the error's ${name} (message: ${show(error.message)})`);
      if (value === undefined) ok(!(name in error), `the error has a member ${name}`);
    }
  }
  return error;
}
