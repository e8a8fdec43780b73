// Where the text of a capability can be put right by replacing one JSON string by another.

/** Issues of an operation, and of a resource's name, whose suggestion stands for the whole string. */
const REPAIRABLE = new Set(['unknown-operation', 'literal-star', 'unknown-qualifier']);
const PATH = /^capability\[("(?:[^"\\]|\\.)*")\](?:\[(\d+)\])?$/s;

/**
 * @param {string} text the capability as written
 * @param {import('./pkg/index.js').CapabilityReport} report of that text
 * @param {import('./pkg/index.js').CapabilityIssue} issue one of the report's
 * @returns {{ start: number, end: number, text: string } | undefined} what to replace, and by what
 */
export function findRepair(text, report, issue) {
  // With canonical text the shape is known: an object of lists of strings, each name standing once.
  if (report.canonical === undefined || issue.suggestion === undefined || !REPAIRABLE.has(issue.code)) return undefined;
  const path = PATH.exec(issue.path);
  if (!path) return undefined;
  const resource = JSON.parse(path[1]);
  const index = path[2] === undefined ? undefined : Number(path[2]);

  const strings = readStrings(text);
  const place = strings.find((it) => it.resource === resource && it.index === index);
  if (!place) return undefined;
  // Next to the right one, the wrong one is not to be renamed but to be thought about.
  const siblings = strings.filter((it) => (index === undefined ? it.index === undefined : it.resource === resource && it.index !== undefined));
  if (siblings.some(({ value }) => value === issue.suggestion)) return undefined;
  return { start: place.start, end: place.end, text: JSON.stringify(issue.suggestion) };
}

/** Every string of a capability with its place: a resource's name has no index, an operation has. */
function readStrings(text) {
  const strings = [];
  let resource;
  let index;
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
    const [json] = match;
    const start = match.index;
    const end = start + json.length;
    const value = JSON.parse(json);
    if (/^\s*:/.test(text.slice(end))) {
      resource = value;
      index = 0;
      strings.push({ start, end, value, resource });
    } else {
      strings.push({ start, end, value, resource, index: index++ });
    }
  }
  return strings;
}
