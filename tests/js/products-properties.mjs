// One rule decides which entries reach a product's channels: allows, explain, verifyRequest and the sandbox never
// disagree, and nobody is told to grant more than the question was about.
import { equal, ok } from './assert.mjs';
import { randomFrom } from './random.mjs';
import { sandboxWorld } from './sandbox-world.mjs';
import { KEY, NOW } from './tokens.mjs';

const SEED = 7;
const NAMES = ['a', 'b', 'a:b', 'a:b:c', 'A'];
const TAGS = ['', '::$chat', '::$space', '::$cursors', '-cursors', '::$chat::$chatMessages'];
const PATTERNS = ['*', '[*]*', 'a:*', '*:b', '*::$chat', '*:*', 'a*', '**', '[chat]*', '[Chat]*', '[*]a', '[chat]a:*'];
const OPERATIONS = ['*', 'publish', 'subscribe', 'history', 'presence', 'PUBLISH'];
const ASKED = ['publish', 'history', 'subscribe', 'presence', 'message.get', 'channel.publish', 'presence.enter'];

const nameOf = ({ pick }) => pick(NAMES) + pick(TAGS);
const resourceOf = (numbers) =>
  numbers.below(3) === 0
    ? numbers.pick(PATTERNS)
    : `${numbers.below(5) === 0 ? numbers.pick(['[chat]', '[*]', '[space]']) : ''}${nameOf(numbers)}`;
const capabilityOf = (numbers, operations = OPERATIONS) =>
  Object.fromEntries(
    Array.from({ length: 1 + numbers.below(3) }, () => [
      resourceOf(numbers),
      [...new Set(Array.from({ length: 1 + numbers.below(2) }, () => numbers.pick(operations)))],
    ]),
  );

export default ({ test, library, sandbox }) => {
  const { capabilityAllows, explainCapability, intersectCapabilities, issueJwtSync, parseCapability, verifyRequest } =
    library;

  const property = (name, times, body) =>
    test(`${name} (${times} times)`, async () => {
      for (let i = 0; i < times; i++)
        try {
          await body(randomFrom(SEED + i));
        } catch (error) {
          error.message = `with seed ${SEED + i}: ${error.message}`;
          throw error;
        }
    });

  property('allows and explain agree', 3000, (numbers) => {
    const [capability, operation, resource] = [capabilityOf(numbers), numbers.pick(ASKED), nameOf(numbers)];
    const { allowed, verdict } = explainCapability(capability, operation, resource);
    const what = JSON.stringify([capability, operation, resource, verdict]);
    equal(allowed, verdict === 'allowed', what);
    equal(capabilityAllows(capability, operation, resource), allowed, what);
    equal(parseCapability(capability).allows(operation, resource), allowed, what);
  });

  property('verifyRequest and explain agree', 200, async (numbers) => {
    const capability = capabilityOf(numbers, ['publish', 'subscribe', 'history', 'presence']);
    const [operation, resource] = [numbers.pick(ASKED), nameOf(numbers)];
    const clientId = numbers.pick([undefined, 'ada', '*']);
    const { token } = issueJwtSync({ key: KEY, capability, clientId, now: NOW });
    const request = new Request('https://example.com/', { headers: { Authorization: `Bearer ${token}` } });
    const { verified } = await verifyRequest(request, {
      key: KEY,
      now: NOW,
      keyCapability: { '[*]*': ['*'] },
      operation,
      resource,
    });
    const { allowed } = explainCapability(capability, operation, resource, { clientId: clientId ?? null });
    equal(verified !== undefined, allowed, JSON.stringify([capability, operation, resource, clientId]));
  });

  property('the sandbox and explain agree', 60, async (numbers) => {
    const world = sandboxWorld({ sandbox });
    const key = world.sandbox.keys.root;
    const capability = capabilityOf(numbers, ['publish', 'subscribe', 'history']);
    const { token } = issueJwtSync({ key, capability, clientId: 'ada', now: NOW });
    for (const name of NAMES)
      for (const tag of ['', '::$chat', '::$space']) {
        const channel = name + tag;
        const what = JSON.stringify([capability, channel]);
        const published = await world.publish(world.bearer(token), channel);
        equal(published, explainCapability(capability, 'publish', channel).allowed ? 201 : 40160, what);
        const read = await world.ask(`/channels/${encodeURIComponent(channel)}/messages`, {
          headers: { Authorization: world.bearer(token) },
        });
        equal(read.status === 200, explainCapability(capability, 'history', channel).allowed, what);
      }
  });

  property('an intersection grants no room that neither side grants', 1000, (numbers) => {
    const [key, requested] = [capabilityOf(numbers), capabilityOf(numbers)];
    let left;
    try {
      left = intersectCapabilities(key, requested);
    } catch ({ code }) {
      equal(code, 40160);
      return;
    }
    for (const operation of ['publish', 'subscribe', 'history', 'presence'])
      for (const name of NAMES)
        for (const tag of TAGS) {
          const channel = name + tag;
          if (!capabilityAllows(left, operation, channel)) continue;
          // Ably's rule makes a bare name of two patterns of which one cannot know whether they reach the room.
          for (const side of [key, requested])
            ok(
              explainCapability(side, operation, channel).verdict !== 'denied',
              JSON.stringify([key, requested, left, operation, channel]),
            );
        }
  });

  property('a suggestion makes the question allowed, and nothing else', 2000, (numbers) => {
    const [capability, resource] = [capabilityOf(numbers), numbers.pick([nameOf(numbers), `[meta]${nameOf(numbers)}`])];
    const operation = numbers.pick(['publish', 'history', 'subscribe']);
    const { allowed, because } = explainCapability(capability, operation, resource);
    if (allowed) return;
    for (const { entry, suggestion } of because.filter(({ suggestion }) => suggestion !== undefined)) {
      const what = JSON.stringify([capability, operation, resource, entry, suggestion]);
      // An operation is meant for the entry, anything else is the resource of a new one.
      const added = suggestion === operation ? entry : suggestion;
      const applied = { ...capability, [added]: [...new Set([...(capability[added] ?? []), operation])] };
      ok(capabilityAllows(applied, operation, resource), what);
      ok(added !== '*' && added !== '[*]*', what);
      // A star stands there because one was meant as a wildcard.
      ok(!added.endsWith(':*') || entry.includes('*'), what);
      if (added.includes('*')) continue;
      for (const other of NAMES.flatMap((name) => TAGS.map((tag) => name + tag)))
        if (other !== added && !other.startsWith(`${added}::$`))
          equal(
            capabilityAllows(applied, operation, other),
            capabilityAllows(capability, operation, other),
            `${what} ${other}`,
          );
    }
  });
};
