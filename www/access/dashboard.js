// The access tokens of the sandbox's dashboard. Ably has no public API for them, so this API exists only in the sandbox.
import { el } from '../shared/dom.js';
import { errorOf, exchange } from '../shared/http-exchange.js';
import { network } from '../shared/environment.js';

export async function dashboard(method, path, body) {
  const { fetch, data, sandbox } = await network();
  const headers = {
    Authorization: `Bearer ${sandbox.adminToken}`,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  const { response, failure } = await exchange(fetch, {
    method,
    url: `${data}/dashboard/access_tokens${path}`,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (failure) throw failure;
  return response;
}

export function describeDashboard(response) {
  const { message = 'The sandbox refused the request.', details } = errorOf(response) ?? {};
  const more = Object.entries(details ?? {}).map(([name, problems]) =>
    el('li', {}, el('code', {}, name), ` ${[problems].flat().join('; ')}`),
  );
  return [
    el('p', {}, el('strong', {}, `${response.status}`), ` ${message}`),
    ...(more.length > 0 ? [el('ul', {}, ...more)] : []),
  ];
}
