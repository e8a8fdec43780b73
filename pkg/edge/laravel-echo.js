// The protocol of @ably/laravel-echo, as ably/laravel-broadcaster serves it: a JSON request with a channel and the earlier
// token, a JSON response with a JWT, and the presence data of the channel as `info`.
import { paramsOf } from './address.js';
import { JSON_TYPE } from './content-negotiation.js';
import { Refused, contentType, readText } from './auth-params.js';

export function isOfEcho(request) {
  return request.method === 'POST' && contentType(request) === JSON_TYPE;
}

/**
 * Reads the request as the parameters that other clients send: `channel` and `token`. Both are null when the client
 * connects first. Further members keep their names.
 */
export async function readEchoParams(request) {
  const params = new URLSearchParams();
  const { channel_name: channel, ...others } = parse(await readText(request));
  for (const [name, value] of Object.entries({ channel, ...others }))
    if (['string', 'number', 'boolean'].includes(typeof value)) params.append(name, String(value));
  for (const [name, value] of paramsOf(request.url)) params.append(name, value);
  return params;
}

function parse(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    // Refused below.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refused(400, 40001, 'the body is not a JSON object with channel_name and token');
  for (const name of ['channel_name', 'token'])
    if (!['string', 'undefined'].includes(typeof (value[name] ?? undefined)))
      throw new Refused(400, 40001, `${name} is not a string or null`);
  return value;
}
