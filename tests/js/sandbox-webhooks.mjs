// Webhooks of the sandbox, verified as Ably's are.
import { equal, ok, refuses } from './assert.mjs';
import { sandboxWorld } from './sandbox-world.mjs';

const URL = 'https://app.example/webhooks';

/** A sandbox with rules, and the webhooks that came. */
async function receiving({ library, sandbox: { createSandbox } }, rules, options = {}) {
  const received = [];
  const world = sandboxWorld(
    { sandbox: { createSandbox } },
    { onWebhook: (request) => received.push(request), ...options },
  );
  const { app, accessToken } = world.sandbox;
  const control = library.createControlClient({ ...world.network, accessToken });
  for (const { target, ...rule } of rules)
    await control.rules.create(app.id, {
      ruleType: 'http',
      requestMode: 'batch',
      source: { channelFilter: '', type: 'channel.message' },
      target: { url: URL, format: 'json', signingKeyId: 'root01', ...target },
      ...rule,
    });
  const root = world.basic(world.sandbox.keys.root);
  return { ...world, received, publish: (channel, data) => world.publish(root, channel, data) };
}

export default ({ test, webhook: { verifyWebhook }, ...context }) => {
  const { AblyAuthError } = context.library;
  const { createSandbox } = context.sandbox;

  test('a published message comes as a signed batch', async () => {
    const { received, publish, sandbox, now } = await receiving(context, [{}]);
    equal(await publish('café::$chat', 'hello 🦊'), 201);
    const [request] = received;
    equal([received.length, request.method, request.url], [1, 'POST', URL]);
    const { webhook } = await verifyWebhook(request, { keys: [sandbox.keys.root], now: now() });
    equal([webhook.keyName, webhook.events.length], [sandbox.keys.root.split(':')[0], 1]);
    const [{ kind, channel, timestamp, messages }] = webhook.events;
    equal([kind, channel, timestamp, messages.length], ['message', 'café::$chat', now(), 1]);
    equal([messages[0].name, messages[0].data], ['greeting', 'hello 🦊']);
  });
  test('another key does not verify it', async () => {
    const { received, publish, sandbox, now } = await receiving(context, [{}]);
    await publish('a');
    const { response } = await verifyWebhook(received[0], { keys: [sandbox.keys.narrow], now: now() });
    equal(response.status, 401);
  });
  test('the filter is a regular expression', async () => {
    const source = (channelFilter) => ({ source: { channelFilter, type: 'channel.message' } });
    const { received, publish } = await receiving(context, [source('^public.*europe$'), source('news'), source('(')]);
    const count = async (channel) => {
      received.length = 0;
      await publish(channel);
      return received.length;
    };
    equal([await count('public:europe'), await count('public:news:europe'), await count('other')], [1, 2, 0]);
  });
  test('without onWebhook nothing is sent', async () => {
    const { received, publish } = await receiving(context, [{}], { onWebhook: undefined });
    equal([await publish('a'), received.length], [201, 0]);
  });
  test('the publisher waits for the receiver, which may publish itself', async () => {
    const order = [];
    const world = await receiving(context, [{ source: { channelFilter: '^in$', type: 'channel.message' } }], {
      onChange() {},
      async onWebhook() {
        order.push(await world.publish('out'));
      },
    });
    order.push(await world.publish('in'));
    equal(order, [201, 201]);
    equal(await world.history('out'), ['hello']);
  });
  test('a receiver that throws changes nothing, nor does a rule with a bad URL or header', async () => {
    let calls = 0;
    const onWebhook = () => {
      calls++;
      throw new Error('broken');
    };
    const rules = [{}, { target: { url: 'no url' } }, { target: { headers: [{ name: 'not a name', value: 'x' }] } }];
    const { publish, history } = await receiving(context, rules, { onWebhook });
    equal([await publish('chat:a'), await history('chat:a'), calls], [201, ['hello'], 1]);
  });
  test('a change that is not stored sends nothing', async () => {
    let isFull = false;
    const { received, publish } = await receiving(context, [{}], {
      onChange() {
        if (isFull) throw new Error('full');
      },
    });
    isFull = true;
    equal([await publish('a'), received.length], [50000, 0]);
  });
  test('rules of a restored sandbox send too', async () => {
    const { sandbox } = await receiving(context, [{}]);
    const received = [];
    const again = createSandbox({ state: sandbox.snapshot(), onWebhook: (request) => received.push(request) });
    const headers = { Authorization: `Basic ${btoa(again.keys.root)}`, 'Content-Type': 'application/json' };
    await again.fetch('/channels/a/messages', { method: 'POST', headers, body: '{"data":"x"}' });
    equal(received.length, 1);
  });
  test('onWebhook is a function', () => {
    refuses(AblyAuthError, () => createSandbox({ onWebhook: URL }), { kind: 'usage', path: 'onWebhook' });
    ok(createSandbox({ onWebhook() {} }));
  });
};
