// Requests for the edge kit. Browsers' own Request hides what these tests are about (Origin, Cookie), so
// these are plain objects with what the kit reads of one.

/** @param {{ method?: string, url?: string, headers?: Record<string, string>, body?: any }} fields */
export function request({ method = 'GET', url = 'https://edge.example/auth', headers = {}, body } = {}) {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method,
    url,
    headers: { get: (name) => lower.get(name.toLowerCase()) ?? null },
    body: body === undefined ? null : body.getReader ? body : new Response(body).body,
    bodyUsed: false,
  };
}

export const FORM = 'application/x-www-form-urlencoded';

export function form(text, headers = {}) {
  return request({ method: 'POST', headers: { 'Content-Type': FORM, ...headers }, body: text });
}

/** The error of a response, in Ably's form. */
export async function errorOf(response) {
  const { error } = JSON.parse(await response.text());
  return error;
}
