// What the sandbox answers to our own client, held against the OpenAPI document as Ably's answers are.
import { createControlClient } from '../../pkg/index.js';
import { createSandbox } from '../../pkg/sandbox.js';
import { equal } from '../js/assert.mjs';
import { BASE, judgeAnswer, judgeRequest } from './document.mjs';

const RULE = {
  ruleType: 'http',
  requestMode: 'single',
  source: { channelFilter: '', type: 'channel.message' },
  target: { url: 'https://example.com', format: 'json' },
};
const QUEUE = { name: 'My queue', ttl: 60, maxLength: 10000, region: 'eu-west-1-a' };

/** A client of a new sandbox; and a function that says which operations it was asked, and what was wrong. */
function open() {
  const sandbox = createSandbox();
  const judged = [];
  async function fetch(input, init) {
    const request = new Request(input, init);
    const text = await request.clone().text();
    const found = judgeRequest({
      method: request.method,
      url: BASE + request.url.slice(`${sandbox.endpoint}/v1`.length),
      headers: Object.fromEntries(request.headers),
      ...(text === '' ? {} : { text }),
    });
    const answer = await sandbox.fetch(request);
    const body = await answer.clone().text();
    const problems = judgeAnswer(found.operation, {
      status: answer.status,
      ...(body === '' ? {} : { body: JSON.parse(body) }),
    });
    judged.push({
      name: found.operation.operationId,
      status: answer.status,
      problems: [...found.problems, ...problems],
    });
    return answer;
  }
  return {
    client: createControlClient({ accessToken: sandbox.accessToken, endpoint: sandbox.endpoint, fetch }),
    judged,
  };
}

export function answersOfTheSandbox({ test }, operations) {
  test('each operation is answered as the document says', async () => {
    const { client, judged } = open();
    const { apps, keys, namespaces, queues, rules, stats } = client;
    await client.me();
    const { id } = await apps.create({ name: 'made', apnsAuthType: 'token', apnsSigningKey: 'made-up' });
    await apps.update(id, { name: 'renamed', tlsOnly: null });
    await apps.list();
    const key = await keys.create(id, { name: 'made', capability: { 'chat:*': ['publish'] } });
    await keys.update(id, key.id, { revocableTokens: true });
    await keys.revoke(id, key.id);
    await keys.list(id);
    const namespace = await namespaces.create(id, { id: 'a/b' });
    await namespaces.update(id, namespace.id, { persisted: true });
    await namespaces.list(id);
    await namespaces.delete(id, namespace.id);
    const queue = await queues.create(id, QUEUE);
    await queues.list(id);
    await queues.delete(id, queue.id);
    const rule = await rules.create(id, RULE);
    await rules.update(id, rule.id, { ruleType: 'http', requestMode: 'batch' });
    await rules.get(id, rule.id);
    await rules.list(id);
    await rules.delete(id, rule.id);
    await stats.account();
    await stats.app(id);
    await apps.delete(id);
    equal(
      judged.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
      [],
    );
    equal([...new Set(judged.map(({ name }) => name))].sort(), operations.map(({ operationId }) => operationId).sort());
  });

  test('what is refused, too', async () => {
    const { client, judged } = open();
    const refused = [
      client.apps.create({ name: '' }),
      client.apps.delete('nosuch'),
      client.keys.list('nosuch'),
      client.rules.create('sndbox', { ...RULE, target: {} }),
      client.rules.get('sndbox', 'nosuch'),
      client.queues.create('sndbox', { ...QUEUE, region: 'nowhere' }),
      client.queues.delete('sndbox', 'nosuch'),
      client.namespaces.delete('sndbox', 'nosuch'),
    ];
    await Promise.allSettled(refused);
    const calls = judged.filter(({ name }) => name !== 'me');
    equal(calls.map(({ status }) => status).sort(), [404, 404, 404, 404, 404, 422, 422, 422]);
    // The document itself finds what is wrong with this one's body.
    const ofAnswers = calls.filter(({ name }) => name !== 'rules.create').flatMap(({ problems }) => problems);
    equal(ofAnswers, []);
  });
}
