// The OpenAPI document of the Control API, as the sandbox is driven by it: with ids that lead somewhere,
// with what its texts say beyond its schemas, and with the way from what was made to what is done with it.
import { readFileSync } from 'node:fs';

const DOCUMENT = new URL('../../control-api/control-v1.json', import.meta.url);

/** Fields of which the texts of the document name the values, and its schemas do not. */
const VALUES = {
  region: ['us-east-1-a', 'eu-west-1-a'],
  requestMode: ['single', 'batch'],
  status: ['enabled', 'disabled'],
};
const OPERATIONS = ['publish', 'subscribe', 'history', 'presence', 'stats', 'push-admin', 'channel-metadata'];

export function documentFor(sandbox) {
  const document = JSON.parse(readFileSync(DOCUMENT, 'utf8'));
  for (const [path, methods] of Object.entries(document.paths))
    for (const operation of Object.values(methods)) {
      aim(operation, path, sandbox);
      complete(operation);
    }
  link(document);
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (!/(_post|_patch|^queue)$/.test(name)) continue;
    const { name: text, id, region, ttl, maxLength, requestMode, status, capability } = schema.properties ?? {};
    if (name === 'queue') Object.assign(region, { enum: VALUES.region });
    for (const one of [ttl, maxLength]) if (one) one.minimum = 1;
    if (requestMode) requestMode.enum = VALUES.requestMode;
    if (status) status.enum = VALUES.status;
    for (const one of [text, id]) if (one) Object.assign(one, { minLength: 1, maxLength: 256 });
    if (capability) {
      capability.minProperties = 1;
      capability.additionalProperties = { type: 'array', items: { type: 'string', enum: OPERATIONS }, minItems: 1 };
    }
  }
  return JSON.parse(JSON.stringify(document, (_name, value) => repaired(value)));
}

/** `off`, which YAML reads as false; and what may be null, although no list of values has it. */
function repaired(value) {
  if (!Array.isArray(value?.enum)) return value;
  const words = value.enum.map((one) => (one === false ? 'off' : one));
  return { ...value, enum: value.nullable ? [...words, null] : words };
}

/** Gives the operation ids of what there is, and others now and then. */
function aim({ operationId, parameters = [] }, path, { account, app, keys }) {
  const ids = {
    account_id: account.id,
    app_id: app.id,
    key_id: keys.narrow.split(/[.:]/)[1],
    id: path.startsWith('/accounts/') ? account.id : app.id,
  };
  // The one app that everything else happens in stays; others are made and deleted.
  if (operationId === 'apps.delete' || operationId === 'apps.update') delete ids.id;
  for (const parameter of parameters) {
    const id = parameter.in === 'path' ? ids[parameter.name] : undefined;
    if (id !== undefined) parameter.schema = { type: 'string', enum: [id] };
  }
}

/** The document does not list everywhere what becomes of a wrong body or query. */
function complete({ operationId, parameters = [], requestBody, responses }) {
  if (requestBody) requestBody.required = true;
  if (requestBody || parameters.some((one) => one.in === 'query')) responses[400] ??= responses[401];
  if (requestBody && operationId !== 'apps.pkcs12') responses[422] ??= responses[401];
}

/** What was made is changed, revoked and deleted by the id that the answer has. */
function link({ paths }) {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  for (const { operation } of all) {
    const [group, verb] = operation.operationId.split('.');
    if (verb !== 'create') continue;
    const links = {};
    for (const { operation: next } of all) {
      const [nextGroup, nextVerb] = next.operationId.split('.');
      if (nextGroup !== group || !['get', 'update', 'revoke', 'delete'].includes(nextVerb)) continue;
      const names = next.parameters.map((one) => one.name);
      const value = (name) => (name === 'app_id' ? '$response.body#/appId' : '$response.body#/id');
      links[nextVerb] = {
        operationId: next.operationId,
        parameters: Object.fromEntries(names.map((name) => [name, value(name)])),
      };
    }
    operation.responses[201].links = links;
  }
}
