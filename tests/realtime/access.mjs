// Clients whose tokens come from an endpoint of ours with `access`: kicked, refreshed, let in again.
import { equal } from '../js/assert.mjs';
import { caseOf, event, refusal } from './world.mjs';

const READ = { 'chat:*': ['subscribe'] };
const WRITE = { 'chat:*': ['publish', 'subscribe'] };

/** A refresh covers the tokens of the seconds before the present one. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1_005 - (Date.now() % 1_000)));

export function access({ test, ...shell }) {
  const each = caseOf(test, shell);

  each('a kicked client ends in failed, and others go on', async ({ call, connected, endpointUrl, newName }) => {
    await call('grant', WRITE);
    const [ada, bob] = [
      await connected({ authUrl: endpointUrl('ada') }),
      await connected({ authUrl: endpointUrl('bob') }),
    ];
    const states = [];
    ada.connection.on(({ current, reason }) => states.push([current, reason?.code, reason?.cause?.code]));
    const failed = event(ada.connection, 'failed');
    await call('kick', { clientId: 'ada', forSeconds: 600 });
    await failed;
    equal(
      [states[0].slice(0, 2), states.at(-1)],
      [
        ['disconnected', 40141],
        ['failed', 80019, 40300],
      ],
    );
    await bob.channels.get(newName()).publish('n', 'still here');
    equal(bob.connection.state, 'connected');
    // To connect again is refused too, until the ban is lifted.
    const refused = event(ada.connection, 'failed');
    ada.connect();
    equal((await refused).reason.code, 80019);
    await call('unban', { clientId: 'ada' });
    ada.connect();
    await ada.connection.whenState('connected');
  });

  each(
    'a refreshed client stays connected and has the new rights',
    async ({ call, connected, endpointUrl, newName }) => {
      await call('grant', READ);
      const ada = await connected({ authUrl: endpointUrl('ada') });
      const { id } = ada.connection;
      const [channel, news] = [ada.channels.get(newName()), ada.channels.get(newName())];
      await Promise.all([channel.attach(), news.attach()]);
      equal(await refusal(channel.publish('n', 'too early')), 40160);
      const states = [];
      ada.connection.on(({ current }) => states.push(current));
      const refresh = async (rights) => {
        await call('grant', rights);
        await nextSecond();
        const updated = event(ada.connection, 'update');
        await call('refresh', { clientId: 'ada' });
        await updated;
      };
      await refresh(WRITE);
      await channel.publish('n', 'now');
      // Fewer rights take effect as well, and the channels without any fail.
      const failed = event(news, 'failed');
      await refresh({ [channel.name]: ['subscribe'] });
      equal((await failed).reason.code, 40160);
      equal(await refusal(channel.publish('n', 'too late')), 40160);
      equal([states, ada.connection.id, channel.state], [['connected', 'connected'], id, 'attached']);
    },
  );

  each('a refreshed client that is banned meanwhile fails', async ({ call, connected, endpointUrl }) => {
    await call('grant', READ);
    const ada = await connected({ authUrl: endpointUrl('ada') });
    await nextSecond();
    const failed = event(ada.connection, 'failed');
    await call('ban', { clientId: 'ada', forSeconds: 600 });
    await call('refresh', { clientId: 'ada' });
    equal((await failed).reason.code, 80019);
  });
}
