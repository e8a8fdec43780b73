// Sends an HTTP request, and shows it and its answer. Of a credential only the length is shown.
import { el, plural, show } from './dom.js';

/** The maximum number of characters that are shown of an answer. */
const MAX_BODY = 20_000;

/** @returns {Promise<{ request: object, response?: object, failure?: Error }>} */
export async function exchange(send, { method, url, headers = {}, body }) {
  const request = { method, url, headers, body };
  try {
    const answer = await send(url, {
      method,
      headers,
      body,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
    });
    return { request, response: await readAnswer(answer) };
  } catch (failure) {
    return { request, failure };
  }
}

async function readAnswer(answer) {
  return { status: answer.status, headers: [...answer.headers], body: await answer.text(), type: answer.type };
}

/** The error in a body, in the format of Ably or of the Control API. */
export function errorOf({ body }) {
  try {
    const parsed = JSON.parse(body);
    const error = parsed?.error ?? parsed;
    return typeof error?.code === 'number' ? error : undefined;
  } catch {
    return undefined;
  }
}

export function showExchange(element, { request, response, failure }, explained = []) {
  const address = new URL(request.url);
  const sent = [
    `${request.method} ${address.pathname}${address.search} HTTP/1.1`,
    `host: ${address.host}`,
    ...Object.entries(request.headers).map(
      ([name, value]) => `${name.toLowerCase()}: ${name.toLowerCase() === 'authorization' ? hidden(value) : value}`,
    ),
    ...(request.body === undefined ? [] : ['', pretty(request.body)]),
  ].join('\n');
  const got =
    response &&
    [
      `HTTP/1.1 ${response.status}`,
      ...response.headers.map(([name, value]) => `${name}: ${value}`),
      ...(response.body === '' ? [] : ['', pretty(response.body)]),
    ].join('\n');
  const error = response && response.status >= 400 ? errorOf(response) : undefined;
  const heading = failure ? 'No answer' : `${response.status}${error ? ` · ${error.code}` : ''}`;
  const good = response !== undefined && response.status < 400;
  show(
    element,
    el(
      'p',
      { class: 'outcome' },
      el('strong', { class: `verdict ${good ? 'yes' : 'no'}` }, heading),
      ' ',
      ...(explained.length > 0 ? explained : [error?.message ?? (good ? 'Done.' : '')]),
    ),
    el(
      'div',
      { class: 'exchange' },
      el(
        'div',
        {},
        el('h3', {}, 'Request'),
        el('pre', { class: 'mono', tabindex: '0', role: 'region', 'aria-label': 'Request' }, sent),
      ),
      el(
        'div',
        {},
        el('h3', {}, 'Answer'),
        el(
          'pre',
          { class: 'mono', tabindex: '0', role: 'region', 'aria-label': 'Answer' },
          got ?? String(failure?.message ?? ''),
        ),
      ),
    ),
  );
}

function hidden(value) {
  const [scheme, credential = ''] = value.split(' ', 2);
  return `${scheme} … (${plural(credential.length, 'character')})`;
}

function pretty(body) {
  let text = body;
  try {
    text = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Not JSON, so it is shown unchanged.
  }
  return text.length > MAX_BODY ? `${text.slice(0, MAX_BODY)}… (${plural(text.length, 'character')})` : text;
}
