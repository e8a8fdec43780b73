// What is wrong with a capability that somebody typed, with the place marked under it.
import { Failure } from './failure.js';
import { checkCapability } from './api.js';
import { marker } from './underline.js';
import { veiled } from './redact.js';

/** An error of the library about `text`, as a failure that shows every place; any other error as it is. */
export function capabilityFailure(error, text, context) {
  if (error.kind !== 'capability' || !String(error.path).startsWith('capability')) return error;
  const report = checkCapability(text, context);
  // Not so when nothing is left of what the key may do, which has no place.
  return report.ok ? error : unfit(text, report);
}

/** A capability with errors, as a failure that shows the place of each. */
export function unfit(text, { issues }) {
  const [first, ...others] = issues.filter(({ severity }) => severity === 'error');
  const { message, suggestion } = first;
  const mark = issueMarker(text);
  // With others below, each has its own suggestion: one hint under all of them would be taken for the last one's.
  const alone = others.length === 0 && suggestion !== undefined;
  return new Failure(alone ? veiled(message) : sentence(first), {
    code: 40000,
    statusCode: 400,
    hint: alone ? asked(suggestion) : undefined,
    lines: [...mark(first), ...others.flatMap((issue) => [sentence(issue), ...mark(issue)])],
  });
}

/** Marks the place of an issue in a text; secrets in it are masked. */
export function issueMarker(text) {
  const mark = marker(text);
  return ({ path, message }) => mark(path, message).map(veiled);
}

/** @param {ReturnType<typeof issueMarker>} mark of the text that the issue is about */
export function warnOf(output, mark, issue) {
  output.warn(sentence(issue));
  for (const line of mark(issue)) output.note(line);
}

export function sentence({ message, suggestion }) {
  return suggestion === undefined ? veiled(message) : `${veiled(message)}; ${asked(suggestion)}`;
}

const asked = (suggestion) => `did you mean ${JSON.stringify(suggestion)}?`;
