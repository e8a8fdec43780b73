// Annotations of messages, and their summaries.
import { equal } from '../js/assert.mjs';
import { caseOf, event } from './world.mjs';

export function annotations({ test, ...shell }) {
  const each = caseOf(test, shell);

  each('annotations and their summaries', async ({ keys, appId, control, connected, rest }) => {
    await control().namespaces.create(appId, { id: 'mutable', mutableMessages: true });
    const name = 'mutable:chat';
    const client = await connected({ key: keys.root, clientId: 'ada' });
    const channel = client.channels.get(name, {
      modes: ['publish', 'subscribe', 'annotation_publish', 'annotation_subscribe'],
    });
    const [messages, annotations] = [[], []];
    await channel.subscribe((message) => messages.push(message));
    await channel.annotations.subscribe((annotation) => annotations.push(annotation));
    const { serials } = await channel.publish('greeting', 'hello');
    await channel.annotations.publish(serials[0], { type: 'reaction:distinct.v1', name: 'heart' });
    await rest()
      .channels.get(name)
      .annotations.publish(serials[0], { type: 'seen:total.v1', data: { a: 1 } });
    // A client that is told of this one was told of all before it.
    await channel.publish('end', '');
    while (messages.at(-1)?.name !== 'end') await event(channel.subscriptions, null);
    equal(
      annotations.map(({ action, clientId, type, data }) => [action, clientId, type, data]),
      [
        ['annotation.create', 'ada', 'reaction:distinct.v1', undefined],
        ['annotation.create', undefined, 'seen:total.v1', { a: 1 }],
      ],
    );
    equal(
      messages.map(({ action }) => action),
      ['message.create', 'message.summary', 'message.summary', 'message.create'],
    );
    const { summary } = (await channel.getMessage(serials[0])).annotations;
    equal(summary['reaction:distinct.v1'].heart.clientIds, ['ada']);
    equal(summary['seen:total.v1'], { total: 1 });
    const { items } = await channel.annotations.get(serials[0]);
    equal(
      items.map(({ type }) => type),
      ['reaction:distinct.v1', 'seen:total.v1'],
    );
  });
}
