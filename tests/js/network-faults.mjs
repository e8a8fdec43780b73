// What can go wrong between a call and Ably's answer, and the error it must come to.
//
//   fault     see tests/network/send.mjs
//   wants     { kind, code, statusCode } of the error; nothing: the call succeeds all the same
//   timeoutMs given to the call
//
// Sources: Ably's error bodies and codes, RFC 9110 for the rest.

const HTML = '<!doctype html><title>502 Bad Gateway</title><h1>Bad Gateway</h1>';
const PAGE = { 'Content-Type': 'text/html' };
const service = (statusCode, code) => ({ kind: 'service', statusCode, ...(code && { code }) });
const TIMEOUT = { timeoutMs: 500, wants: { kind: 'timeout' } };
const NETWORK = { wants: { kind: 'network' } };

export const FAULTS = {
  'headers that take their time': { fault: { delay: 300 } },
  'a body that takes its time': { fault: { pause: 300 } },
  'a body that comes byte by byte': { fault: { drip: 2 } },
  'no length': { fault: { chunked: true } },
  'a body byte by byte without a length': { fault: { drip: 2, chunked: true } },
  'a compressed body': { fault: { gzip: true } },
  'a content type that is wrong': { fault: { headers: { 'Content-Type': 'text/plain' } } },
  'status 200': { fault: { otherStatus: 200 } },
  'status 201': { fault: { otherStatus: 201 } },

  'headers that never come': { fault: { stop: 'headers' }, ...TIMEOUT },
  'headers that come too late': { fault: { delay: 5000 }, ...TIMEOUT },
  'a body that stops halfway': { fault: { stop: 'body' }, ...TIMEOUT },
  'a body that stops halfway, without a length': { fault: { stop: 'body', chunked: true }, ...TIMEOUT },
  'a body that never comes': { fault: { pause: 60_000 }, ...TIMEOUT },
  'a body so slow that the whole takes too long': { fault: { drip: 200 }, ...TIMEOUT },
  'an error whose body stops halfway': {
    fault: { status: 401, error: { code: 40101, message: 'no' }, stop: 'body' },
    ...TIMEOUT,
  },

  'a connection that breaks before the headers': { fault: { cut: 'headers' }, ...NETWORK },
  'a connection that breaks in the body': { fault: { cut: 'body' }, ...NETWORK },
  'a connection that breaks in the body, without a length': { fault: { cut: 'body', chunked: true }, ...NETWORK },
  'half a body and an end in good order': { fault: { half: true }, ...NETWORK },
  'a length that is too long': { fault: { lengthBy: 10 }, ...NETWORK },
  'a length that is too short': { fault: { lengthBy: -5 }, wants: { kind: 'service' } },

  ...Object.fromEntries(
    [500, 501, 502, 503, 504].map((status) => [
      `status ${status}`,
      {
        fault: { status, error: { code: status * 100, message: 'Internal error' } },
        wants: service(status, status * 100),
      },
    ]),
  ),
  'status 500 and nothing else': { fault: { status: 500 }, wants: service(500) },
  'the error page of a proxy': { fault: { status: 502, body: HTML, headers: PAGE }, wants: service(502) },
  'a page with status 200': { fault: { status: 200, body: HTML, headers: PAGE }, wants: service(200) },
  'an empty body': { fault: { status: 200, body: '' }, wants: service(200) },
  'status 204': { fault: { status: 204 }, wants: service(204) },
  'text that is no JSON': { fault: { status: 200, body: '{"token": ' }, wants: service(200) },
  'bytes that are no text': { fault: { status: 200, body: [0x5b, 0xff, 0x5d] }, wants: service(200) },
  'an error in the headers only': {
    fault: { status: 401, error: { code: 40101, message: 'Invalid credentials' }, in: 'headers' },
    wants: { kind: 'key', code: 40101, statusCode: 401, serverId: 'made-up-server', requestId: /^request-\d+$/ },
  },
  'a key that is refused': {
    fault: { status: 401, error: { code: 40101, message: 'Invalid credentials' } },
    wants: { kind: 'key', code: 40101, statusCode: 401, href: 'https://help.ably.io/error/40101' },
  },
  'an error that names its page': {
    fault: {
      status: 401,
      error: { code: 40101, message: 'Invalid credentials', href: 'https://help.ably.io/error/1' },
    },
    wants: { kind: 'key', href: 'https://help.ably.io/error/1' },
  },
  'a credential that has expired': {
    fault: { status: 401, error: { code: 40142, message: 'Expired' } },
    wants: { kind: 'expired', code: 40142, statusCode: 401 },
  },
  'a credential that is good, but not for this': {
    fault: { status: 403, error: { code: 40300, message: 'Forbidden' } },
    wants: { kind: 'forbidden', code: 40300, statusCode: 403 },
  },

  'a body of 50 MB': { fault: { size: 50_000_000 }, wants: { kind: 'service' } },
  'a body of 50 MB without a length': { fault: { size: 50_000_000, chunked: true }, wants: { kind: 'service' } },
  'a body of 50 MB, compressed to little': { fault: { size: 50_000_000, gzip: true }, wants: { kind: 'service' } },
  'an error with a body of 50 MB': {
    fault: { status: 500, error: { code: 50000, message: 'Internal error' }, size: 50_000_000 },
    wants: { kind: 'service' },
  },
};
