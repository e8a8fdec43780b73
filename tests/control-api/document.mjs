// The document, and the judge: what is wrong with a request, and with an answer.
import { readFileSync } from 'node:fs';
import addFormats from 'ajv-formats';
import { OpenAPIBackend } from 'openapi-backend';

const definition = JSON.parse(readFileSync(new URL('control-v1.json', import.meta.url), 'utf8'));
export const BASE = definition.servers[0].url;
const ROOT = new URL(BASE).pathname;

// `strict`: a document that is no valid OpenAPI ends the run here.
const api = new OpenAPIBackend({
  definition: structuredClone(definition),
  apiRoot: ROOT,
  strict: true,
  ajvOpts: { allErrors: true },
  customizeAjv: (ajv) => addFormats(ajv),
});
await api.init();

export const operations = api.getOperations();
/** The statuses of an operation that say yes, or those that say no. */
export const statusesOf = (operation, saysYes) =>
  Object.keys(operation.responses)
    .map(Number)
    .filter((status) => status < 300 === saysYes);
export const mockOf = (operation, status) => {
  const { content } = operation.responses[status];
  return content ? api.mockResponseForOperation(operation.operationId, { code: String(status) }).mock : undefined;
};

const words = ({ errors }) =>
  (errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);

/**
 * @param {{ method: string, url: string, headers: object, text?: string }} request with header names in lower case
 * @returns {{ operation?: object, params?: object, problems: string[] }} the parameters of the path are decoded
 */
export function judgeRequest({ method, url, headers, text }) {
  // The judge takes a path with or without its root.
  if (!url.startsWith(`${BASE}/`)) return { problems: [`${url} is not at ${BASE}`] };
  const request = { method, path: url.slice(BASE.length - ROOT.length), headers, body: text };
  const operation = api.matchOperation(request);
  if (!operation) return { problems: [`there is no ${method} ${request.path}`] };

  const problems = words(api.validateRequest(request, operation));
  // What the judge leaves to its user.
  const needsBearer = operation.security.some((one) => 'bearer_auth' in one);
  if (needsBearer && !/^Bearer \S+$/.test(headers.authorization)) problems.push('no bearer token');
  const types = Object.keys(operation.requestBody?.content ?? {});
  if (text !== undefined && !types.includes(headers['content-type']))
    problems.push(`a body of type ${headers['content-type']}, not ${types}`);
  return { operation, params: api.router.parseRequest(request, operation).params, problems };
}

/** @returns {string[]} what is wrong */
export function judgeAnswer(operation, { status, body }) {
  const documented = operation.responses[status];
  // Of a status that it does not know, and of one without a body, the judge says nothing.
  if (!documented) return [`${operation.operationId} never answers ${status}`];
  if (!documented.content) return body === undefined ? [] : ['a body where there is none'];
  return words(api.validateResponse(body, operation, status));
}
