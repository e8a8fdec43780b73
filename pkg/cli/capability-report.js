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
export function unfit(text, { diagnostics }) {
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error');
  const { message, suggestion } = first;
  const mark = diagnosticMarker(text);
  // Several errors carry their own suggestions: a hint at the end would seem to belong to the last one.
  const alone = others.length === 0 && suggestion !== undefined;
  return new Failure(alone ? veiled(message) : sentence(first), {
    code: 40000,
    statusCode: 400,
    hint: alone ? asked(suggestion) : undefined,
    lines: [...mark(first), ...others.flatMap((diagnostic) => [sentence(diagnostic), ...mark(diagnostic)])],
  });
}

/** Underlines the place of a diagnostic in a text, with secrets masked. */
export function diagnosticMarker(text) {
  const mark = marker(text);
  return ({ path, message }) => mark(path, message).map(veiled);
}

/** @param {ReturnType<typeof diagnosticMarker>} mark made from the text that the diagnostic is about */
export function warnOf(output, mark, diagnostic) {
  output.warn(sentence(diagnostic));
  for (const line of mark(diagnostic)) output.note(line);
}

export function sentence({ message, suggestion }) {
  return suggestion === undefined ? veiled(message) : `${veiled(message)}; ${asked(suggestion)}`;
}

const asked = (suggestion) => `did you mean ${JSON.stringify(suggestion)}?`;
