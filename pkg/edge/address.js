// Reads the host and the query of an address, most often without parsing all of it, which takes longer than the rest of CORS.

/**
 * Matches addresses whose host and query a parser would leave as they are: a lower-case name that does not end in a number
 * and has no hyphens in a row, as internationalised ones have; no port, or one of four digits, which is never the default.
 */
const PLAIN =
  /^https?:\/\/((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)*[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?::[1-9]\d{3})?)(\/[\x21-\x7e]*)?$/;

/** The host with its port, as `URL` has it. Throws if it is no address. */
export function hostOf(url) {
  const [, host] = PLAIN.exec(url) ?? [];
  return host ?? new URL(url).host;
}

/** The parameters of the query. Throws if it is no address. */
export function paramsOf(url) {
  if (!PLAIN.test(url)) return new URL(url).searchParams;
  const hash = url.indexOf('#');
  const end = hash < 0 ? url.length : hash;
  const start = url.indexOf('?');
  // The first question mark may stay.
  return new URLSearchParams(start < 0 || start > end ? '' : url.slice(start, end));
}
