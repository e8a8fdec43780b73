// Compares what two capabilities allow, whatever their text: the rights that one of them gives and the other does not.
import { capabilityAllows, parseCapability } from './api.js';

/** Types of resources that Ably has, besides those that are named. The empty one is that of channels. */
const KINDS = ['', 'meta', 'queue', 'chat'];
/** Stands for the operations that neither capability names: only `*` grants them. */
const OTHER = '*';

/**
 * @typedef {{ resource: string, operations: string[], except?: string[], example: { operation: string, resource: string } }} Right
 *   with `operations: ['*']`, every operation except those in `except`
 * @returns {{ gained: Right[], lost: Right[] }}
 */
export function diffCapabilities(before, after) {
  const [old, current] = [before, after].map(entriesOf);
  const named = [...new Set([...old, ...current].flatMap(({ operations }) => operations))]
    .filter((operation) => operation !== OTHER && isKnown(operation))
    .sort();
  const operations = [...named, OTHER];
  const world = worldOf([...old, ...current]);
  return { gained: rights(old, current, operations, world), lost: rights(current, old, operations, world) };
}

function entriesOf(capability) {
  const { canonical } = parseCapability(capability);
  return Object.entries(JSON.parse(canonical)).map(([resource, operations]) => ({
    ...patternOf(resource),
    operations,
  }));
}

/** As in src/capability/resource.rs: `[kind]path`, where parameters of the kind have no effect. */
function patternOf(resource) {
  const [, inside, path] = /^\[([^\]]*)\](.*)$/s.exec(resource) ?? [];
  if (inside === undefined) return { resource, kind: '', segments: resource.split(':') };
  return { resource, kind: inside.replace(/[=?].*$/s, ''), segments: path.split(':') };
}

/** An operation that Ably does not know grants nothing. */
const isKnown = (operation) => capabilityAllows({ x: [operation] }, operation, 'x');

function worldOf(entries) {
  const segments = new Set(entries.flatMap((entry) => entry.segments));
  let example = 'example';
  for (let count = 2; segments.has(example); count++) example = `example${count}`;
  return {
    // Matches stars and nothing else.
    example,
    kinds: [...new Set([...KINDS, ...entries.map(({ kind }) => kind)])].filter((kind) => kind !== '*'),
    maxSegments: Math.max(0, ...entries.map((entry) => entry.segments.length)),
  };
}

/** What `to` allows and `from` does not. */
function rights(from, to, operations, world) {
  const found = new Map();
  for (const operation of operations) {
    const grants = (entry) => entry.operations.includes(operation) || entry.operations.includes(OTHER);
    const had = from.filter(grants);
    const news = to
      .filter(grants)
      .map((entry) => ({ entry, example: exampleOf(entry, had, world, operation) }))
      .filter(({ example }) => example !== undefined);
    for (const { entry, example } of withoutCovered(news, world)) {
      const { resource } = entry;
      const id = JSON.stringify([resource, example]);
      if (!found.has(id)) found.set(id, { resource, operations: [], example });
      found.get(id).operations.push(operation);
    }
  }
  return [...found.values()].map((right) => shown(right, operations)).sort(byResource);
}

/**
 * A resource that `entry` covers and none of `others` does. A star stands for a segment that no pattern names, because
 * any other segment would match more of them; so the only choice is how many segments a final star stands for.
 */
function exampleOf(entry, others, { example, kinds, maxSegments }, operation) {
  const fixed = entry.segments.map((segment) => (segment === '*' ? example : segment));
  const isOpen = entry.segments.at(-1) === '*';
  const stem = isOpen ? fixed.slice(0, -1) : fixed;
  // One segment first, which reads best.
  const counts = isOpen ? [1, 0, ...Array.from({ length: maxSegments }, (_, index) => index + 2)] : [0];
  const paths = counts.map((count) => [...stem, ...new Array(count).fill(example)]).filter((path) => path.length > 0);
  // Statistics belong to the whole app, which is asked for as `*`.
  if (operation === 'stats' && entry.segments.join() === '*') paths.unshift(['*']);
  for (const kind of entry.kind === '*' ? kinds : [entry.kind])
    for (const segments of paths)
      if (!others.some((other) => covers(other, kind, segments)))
        return kind === '' ? segments.join(':') : `[${kind}]${segments.join(':')}`;
  return undefined;
}

function covers(pattern, kind, segments) {
  if (pattern.kind !== '*' && pattern.kind !== kind) return false;
  const isOpen = pattern.segments.at(-1) === '*';
  const fixed = isOpen ? pattern.segments.slice(0, -1) : pattern.segments;
  if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((segment, index) => segment === '*' || segment === segments[index]);
}

/** A resource that both patterns cover, if there is one. */
export function commonResource(one, other) {
  const patterns = [patternOf(one), patternOf(other)];
  const { example } = worldOf(patterns.map((pattern) => ({ ...pattern, operations: [] })));
  const [kind = '', ...kinds] = patterns.map((pattern) => pattern.kind).filter((name) => name !== '*');
  if (kinds.some((name) => name !== kind)) return undefined;
  // A final star needs no segment, unless there would be none at all.
  const count = Math.max(1, ...patterns.map(({ segments }) => segments.length - (segments.at(-1) === '*' ? 1 : 0)));
  const path = Array.from(
    { length: count },
    (_, index) =>
      patterns.map(({ segments }) => segments[index]).find((segment) => segment !== undefined && segment !== '*') ??
      example,
  );
  return patterns.every((pattern) => covers(pattern, kind, path))
    ? `${kind === '' ? '' : `[${kind}]`}${path.join(':')}`
    : undefined;
}

/** Leaves out an entry of which others already say everything. */
function withoutCovered(news, world) {
  const left = [...news];
  for (const one of news) {
    const others = left.filter((other) => other !== one).map(({ entry }) => entry);
    if (others.length > 0 && exampleOf(one.entry, others, world) === undefined) left.splice(left.indexOf(one), 1);
  }
  return left;
}

function shown({ resource, operations, example }, all) {
  if (!operations.includes(OTHER))
    return { resource, operations, example: { operation: operations[0], resource: example } };
  const except = all.filter((operation) => !operations.includes(operation));
  return {
    resource,
    operations: [OTHER],
    ...(except.length > 0 && { except }),
    example: { operation: operations.find((operation) => operation !== OTHER) ?? otherThan(all), resource: example },
  };
}

const otherThan = (named) =>
  ['publish', 'subscribe', 'history', 'presence', 'push-subscribe'].find((it) => !named.includes(it)) ?? OTHER;

const byResource = (one, other) => (one.resource < other.resource ? -1 : one.resource > other.resource ? 1 : 0);
