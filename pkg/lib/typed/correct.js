// The correction of a capability that somebody typed: what is wrong with it, and the text that was probably meant, in the
// order that was typed. The module has the last word: a text that it refuses is never suggested.
import { interpret } from './interpret.js';
import { OperationNames } from './operations.js';
import { understand } from './understand.js';

/** Nobody types more, and some of the patterns take the square of the length. */
const MAX_LENGTH = 16_384;
const MAX_NAMED_SLIPS = 2;
/** Warnings whose suggestion is another name for the resource. */
const RENAMES = new Set(['literal-star', 'unknown-qualifier']);
/** Findings about the key, which no other text would mend. */
const OF_THE_KEY = new Set(['nothing-left']);
const PATH = /^capability\[("(?:[^"\\]|\\.)*")\](?:\[(\d+)\])?$/s;

/**
 * Adds `suggestion`, the corrected text, to a report that finds fault, and says more precisely what is wrong.
 * @param {import('./operations.js').Check} check the module's report on a text
 * @returns {import('../../index.js').CapabilityReport}
 */
export function withCorrection(report, text, check) {
  const isCorrectable = report.diagnostics.some(({ code, severity, suggestion }) =>
    severity === 'error' ? !OF_THE_KEY.has(code) : RENAMES.has(code) && suggestion !== undefined,
  );
  if (!isCorrectable || text.length > MAX_LENGTH) return report;
  const names = new OperationNames(check);
  const slips = [];
  const node = understand(text, slips, (word) => names.has(word));
  const entries = node && interpret(node, names, slips);
  const suggestion = entries && written(entries, check);
  const diagnostics = report.diagnostics.map((diagnostic) =>
    diagnostic.code === 'not-a-capability'
      ? ofWhole(diagnostic, text, slips, node, suggestion)
      : ofOperations(diagnostic, node, names),
  );
  return { ...report, diagnostics, ...(suggestion !== undefined && { suggestion }) };
}

/** The text of the entries, if the module accepts it, with resources renamed as its warnings suggest. */
function written(entries, check) {
  const renamed = new Map(entries.map(([name, operations]) => [name, operations]));
  const report = check(textOf(renamed));
  if (!report.ok) return undefined;
  const names = new Map();
  for (const { code, path, suggestion } of report.diagnostics) {
    const [, name] = PATH.exec(path) ?? [];
    if (name === undefined || suggestion === undefined || !RENAMES.has(code)) continue;
    if (!renamed.has(suggestion)) names.set(JSON.parse(name), suggestion);
  }
  const text = textOf(new Map(entries.map(([name, operations]) => [names.get(name) ?? name, operations])));
  return names.size === 0 || check(text).ok ? text : undefined;
}

/** Written by hand, because an object puts names such as "1" first. */
function textOf(entries) {
  return `{${[...entries].map(([name, operations]) => `${JSON.stringify(name)}:${JSON.stringify(operations)}`).join(',')}}`;
}

/** The finding that a text is not a capability at all. */
function ofWhole(diagnostic, text, slips, node, suggestion) {
  const whole = slips.find((slip) => slip.whole !== undefined)?.whole;
  const says = slips.flatMap((slip) => slip.says ?? []).slice(0, MAX_NAMED_SLIPS);
  let { message } = diagnostic;
  if (whole !== undefined) message = `the capability ${[whole, ...says].join(', and ')}`;
  else if (says.length > 0) {
    const [place] = /\(line \d+, column \d+\)/.exec(message) ?? [];
    const at = node === undefined ? undefined : slips[0].at;
    if (place !== undefined)
      message = `the capability is not JSON ${at === undefined ? place : placeOf(text, at)}: ${says.join(', and ')}`;
  }
  return { ...diagnostic, message, ...(suggestion !== undefined && { suggestion }) };
}

/** Line and column as the module counts them: columns in bytes of UTF-8. */
function placeOf(text, at) {
  const lines = text.slice(0, at).split('\n');
  const bytes = new TextEncoder().encode(lines.at(-1)).length;
  return `(line ${lines.length}, column ${bytes + 1})`;
}

/** Several operations in one string, or a word for them. */
function ofOperations(diagnostic, node, names) {
  const { code, path } = diagnostic;
  if (code !== 'unknown-operation' && code !== 'not-a-list') return diagnostic;
  const value = valueAt(node, path);
  if (value?.kind !== 'text' || !value.isQuoted) return diagnostic;
  const operations = names.meantBy(value.text);
  if (operations === undefined) return diagnostic;
  if (code === 'not-a-list') return { ...diagnostic, suggestion: JSON.stringify(operations) };
  const [first, ...others] = operations;
  if (others.length === 0) return names.isOtherWord(value.text) ? { ...diagnostic, suggestion: first } : diagnostic;
  return {
    ...diagnostic,
    message: `${path} is ${operations.length} operations in one string, ${JSON.stringify(value.text)}`,
    suggestion: operations.map((name) => JSON.stringify(name)).join(','),
  };
}

function valueAt(node, path) {
  const [, name, index] = PATH.exec(path) ?? [];
  if (node?.kind !== 'object' || name === undefined) return undefined;
  const member = node.members.find((one) => one.name === JSON.parse(name));
  if (index === undefined) return member?.value;
  return member?.value?.kind === 'list' ? member.value.items[Number(index)] : undefined;
}
