// Reports errors in a capability from the command line, with each place underlined.
import { Failure } from './failure.js';
import { checkCapability } from './api.js';
import { marker } from './underline.js';
import { veiled } from './redact.js';

/** Converts the library's capability error about `text` to a failure that shows every place. Passes on other errors. */
export function capabilityFailure(error, text, context) {
  if (error.kind !== 'capability' || !String(error.path).startsWith('capability')) return error;
  const report = checkCapability(text, context);
  // The capability itself is fine if the key grants none of it: that error has no place in the text.
  return report.ok ? error : unfit(text, report);
}

/** A failure that shows the place of every error in a capability. */
export function unfit(text, { issues }) {
  const [first, ...others] = issues.filter(({ severity }) => severity === 'error');
  const { message, suggestion } = first;
  const mark = issueMarker(text);
  // Several errors carry their own suggestions: a hint at the end would seem to belong to the last one.
  const alone = others.length === 0 && suggestion !== undefined;
  return new Failure(alone ? veiled(message) : sentence(first), {
    code: 40000,
    statusCode: 400,
    hint: alone ? asked(suggestion) : undefined,
    lines: [...mark(first), ...others.flatMap((issue) => [sentence(issue), ...mark(issue)])],
  });
}

/** Underlines the place of an issue in a text, with secrets masked. */
export function issueMarker(text) {
  const mark = marker(text);
  return ({ path, message }) => mark(path, message).map(veiled);
}

/** @param {ReturnType<typeof issueMarker>} mark made from the text that the issue is about */
export function warnOf(output, mark, issue) {
  output.warn(sentence(issue));
  for (const line of mark(issue)) output.note(line);
}

export function sentence({ message, suggestion }) {
  return suggestion === undefined ? veiled(message) : `${veiled(message)}; ${asked(suggestion)}`;
}

const asked = (suggestion) => `did you mean ${JSON.stringify(suggestion)}?`;
