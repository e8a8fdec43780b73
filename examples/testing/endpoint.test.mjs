// The endpoint and its tokens in Vitest, with a sandbox instead of Ably. In Jest only the first line is not needed.
import { expect, test } from 'vitest';
import { createTokenEndpoint } from 'ably-edge-auth';
import { createSandbox } from 'ably-edge-auth/sandbox';

test('a member can publish to the lobby, and nobody to the news', async () => {
  const { fetch, keys } = createSandbox();
  const endpoint = createTokenEndpoint({
    source: { key: keys.root },
    authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
  });
  const { token } = await (await endpoint(new Request('https://app.example.com/auth'))).json();
  const publish = (channel) =>
    fetch(`/channels/${channel}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: '{"data":"hello"}',
    });
  expect((await publish('chat:lobby')).status).toBe(201);
  expect((await publish('news')).status).toBe(401);
});
