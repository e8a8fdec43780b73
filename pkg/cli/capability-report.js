// Reports errors in a capability from the command line: each place underlined, and the corrected text to paste.
import { Failure } from './failure.js';
import { checkCapability } from './api.js';
import { inFlags } from './flag-words.js';
import { marker } from './underline.js';
import { veiled } from './redact.js';

/** A longer correction would push the message off the screen; the record of --json has it. */
const MAX_PRINTED_LENGTH = 2_000;

/**
 * @typedef {{ flag?: string, given: string }} Source where a capability comes from: as `given` for `flag`, or for the
 *   argument if there is no flag. `@file` and `-` are not the capability itself
 */

/**
 * Converts the library's capability error about `text` to a failure that shows every place. Passes on other errors.
 * @param {Source} source
 */
export function capabilityFailure(error, text, context, source) {
  if (error.kind !== 'capability' || !String(error.path).startsWith('capability')) return error;
  const report = checkCapability(text, context);
  // The capability itself is fine if the key grants none of it: that error has no place in the text.
  return report.ok ? error : unfit(text, report, source);
}

/**
 * A capability as an object; a failure that shows every place if it has errors.
 * @param {Source} source
 */
export function readCapability(text, source) {
  const report = checkCapability(text);
  if (!report.ok) throw unfit(text, report, source);
  return JSON.parse(report.canonical);
}

/**
 * A failure that shows the place of every error in a capability.
 * @param {Source} source
 */
export function unfit(text, { diagnostics, suggestion: corrected }, source) {
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error');
  const mark = diagnosticMarker(text);
  // Several errors carry their own suggestions: a hint at the end would seem to belong to the last one.
  const alone = others.length === 0 && hasOwnSuggestion(first);
  return new Failure(alone ? veiled(first.message) : sentence(first), {
    code: 40000,
    statusCode: 400,
    hint: alone ? asked(first.suggestion) : undefined,
    correction: correction(corrected, text, source),
    suggestion: corrected,
    lines: [...mark(first), ...others.flatMap((diagnostic) => [sentence(diagnostic), ...mark(diagnostic)])],
  });
}

/**
 * Lines with the corrected text, in the form in which the capability was given.
 * @param {string | undefined} corrected
 * @param {Source} source
 */
export function correction(corrected, text, { flag, given }, platform = process.platform) {
  const isArgument = given !== '-' && !given.startsWith('@');
  const lines = [];
  if (corrected?.length <= MAX_PRINTED_LENGTH) {
    const shown = isArgument && platform !== 'win32' ? shellQuoted(corrected) : corrected;
    lines.push(`Corrected: ${flag !== undefined && isArgument ? `${flag} ` : ''}${shown}`);
  } else if (corrected !== undefined) lines.push('The corrected text is in the output of --json.');
  const eaten = isArgument && /^'?\{[^'"]*'?$/.test(text.trim());
  if (eaten || (isArgument && platform === 'win32' && corrected !== undefined))
    lines.push(
      `PowerShell and cmd remove double quotes: save the text as capability.json, and use ${flag ? `${flag} ` : ''}"@capability.json".`,
    );
  return lines;
}

const shellQuoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

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

export function sentence(diagnostic) {
  const message = veiled(inFlags(diagnostic.message));
  return hasOwnSuggestion(diagnostic) ? `${message}; ${asked(diagnostic.suggestion)}` : message;
}

/** Of a text that is not a capability at all, the suggestion is the corrected text, which is shown as that. */
const hasOwnSuggestion = ({ code, suggestion }) => suggestion !== undefined && code !== 'not-a-capability';

/** A suggestion that is JSON already, such as a list, is shown as it is. */
const asked = (suggestion) => `did you mean ${/^\[?"/.test(suggestion) ? suggestion : JSON.stringify(suggestion)}?`;
