// Chooses the content type of a token response.

export const JSON_TYPE = 'application/json';
const OTHERS = ['application/jwt', 'text/plain'];
// Longer Accept headers are cut off: no client needs more.
const MAX_CHARACTERS = 1000;

/** The last Accept header and its type: most clients of an endpoint are the same SDK. */
let last = { accept: '*/*', type: JSON_TYPE };

/** JSON, unless the client prefers another type: ably-js accepts JSON and text equally. */
export function preferredType(accept) {
  const wanted = (accept || '*/*').slice(0, MAX_CHARACTERS);
  if (wanted !== last.accept) last = { accept: wanted, type: bestType(wanted) };
  return last.type;
}

function bestType(accept) {
  const ranges = readRanges(accept);
  let [best, most] = [JSON_TYPE, quality(ranges, JSON_TYPE)];
  for (const type of OTHERS) {
    const wanted = quality(ranges, type);
    if (wanted > most) [best, most] = [type, wanted];
  }
  return best;
}

/** Maps each media range to its weight. */
function readRanges(accept) {
  const ranges = new Map();
  for (const part of accept.split(',')) {
    const [range, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const q = weight === undefined ? 1 : Number(weight.slice(2));
    ranges.set(range, q >= 0 && q <= 1 ? q : 1);
  }
  return ranges;
}

/** The weight of the most specific range that matches (RFC 9110, 12.5.1). */
function quality(ranges, type) {
  return ranges.get(type) ?? ranges.get(`${type.split('/')[0]}/*`) ?? ranges.get('*/*') ?? 0;
}
