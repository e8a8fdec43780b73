// Benchmarks whose time depends on a count other than the number of resources.
import { createIssuer, createRevocations, revokeTokens, verifyRequest } from '../../pkg/index.js';
import { createSandbox } from '../../pkg/sandbox.js';
import { memoryStore } from '../../pkg/stores.js';
import { CAPABILITIES, KEY, KEY_NAME } from './samples.mjs';

const PUBLISH = { action: 15, channel: 'figures', messages: [{ data: 'hello' }] };
const [CONNECTED, ATTACHED, MESSAGE] = [4, 11, 15];

const targetsOf = (size) => Array.from({ length: size }, (_, i) => `clientId:user-${i}`);

/** One request beside so many revoked targets, none of which is its own. */
async function verifying(size) {
  const revocations = createRevocations(memoryStore());
  const at = Date.now();
  await revocations.record({
    results: targetsOf(size).map((target) => ({ keyName: KEY_NAME, target, issuedBefore: at, appliesAt: at })),
  });
  const issuer = createIssuer({ key: KEY, capability: CAPABILITIES.usual });
  const requests = Array.from({ length: 100 }, (_, i) => ({
    headers: new Headers({ Authorization: `Bearer ${issuer.token({ clientId: `other-${i}` })}` }),
  }));
  const options = {
    key: KEY,
    keyCapability: '{"[*]*":["*"]}',
    operation: 'publish',
    resource: 'chat:lobby',
    revocations,
  };
  let turn = 0;
  return {
    run: () => verifyRequest(requests[(turn = (turn + 1) % requests.length)], options),
    check({ verified }) {
      if (verified.clientId !== `other-${turn}`) throw new Error(`the client is ${verified.clientId}`);
    },
  };
}

/** All of so many targets, of which Ably takes a hundred in a request. It answers at once. */
function revoking(size) {
  const targets = targetsOf(size);
  const fetch = async (url, init) => {
    const at = Date.now();
    if (url.endsWith('/time')) return Response.json([at]);
    const { targets: asked } = await new Request(url, init).json();
    return Response.json(asked.map((target) => ({ target, issuedBefore: at, appliesAt: at })));
  };
  return {
    run: () => revokeTokens({ key: KEY, targets, fetch }),
    check({ successCount }) {
      if (successCount !== size) throw new Error(`${successCount} of ${size} were revoked`);
    },
  };
}

/** A message on a channel that keeps as many as it can, beside so many other channels. */
async function publishing(size) {
  const sandbox = createSandbox();
  const headers = { Authorization: `Basic ${btoa(sandbox.keys.root)}`, 'Content-Type': 'application/json' };
  const publish = (channel, messages) =>
    sandbox.fetch(`/channels/${channel}/messages`, { method: 'POST', headers, body: JSON.stringify(messages) });
  const message = { name: 'greeting', data: 'hello' };
  const part = Array.from({ length: 100 }, () => message);
  for (let parts = 0; parts < 10; parts++) await publish('figures', part);
  for (let other = 0; other < size; other++) await publish(`other-${other}`, message);
  return {
    run: () => publish('figures', message),
    async check({ status }) {
      const last = await sandbox.fetch(`/channels/other-${size - 1}/messages`, { headers });
      if (status !== 201 || (await last.json()).length !== 1) throw new Error(`the sandbox answers with ${status}`);
    },
  };
}

/** A message to so many subscribers, in process. */
async function broadcasting(size) {
  const sandbox = createSandbox();
  let delivered = 0;
  let done = () => {};
  const open = () =>
    new Promise((resolve) => {
      const socket = new sandbox.WebSocket(`ws://127.0.0.1/?v=6&key=${sandbox.keys.root}`);
      socket.onmessage = ({ data }) => {
        const { action } = JSON.parse(data);
        if (action === CONNECTED) socket.send('{"action":10,"channel":"figures"}');
        if (action === ATTACHED) resolve(socket);
        if (action === MESSAGE && ++delivered === size) done();
      };
    });
  const [publisher] = await Promise.all(Array.from({ length: size }, open));
  let msgSerial = 0;
  return {
    run: () =>
      new Promise((resolve) => {
        delivered = 0;
        done = () => resolve(delivered);
        publisher.send(JSON.stringify({ ...PUBLISH, msgSerial: msgSerial++ }));
      }),
    check(count) {
      if (count !== size) throw new Error(`${count} of ${size} were delivered`);
    },
  };
}

/** By name, which says what is counted: the function that sets up a size, and the sizes. */
export const COUNTS = {
  'verifyRequest, revoked targets': [verifying, [100, 1_000, 10_000]],
  'revokeTokens, targets': [revoking, [100, 1_000, 10_000]],
  'sandbox: publish, other channels': [publishing, [100, 900]],
  'sandbox: a message, subscribers': [broadcasting, [100, 1_000]],
};
