// The examples that receive webhooks, started for real: what the sandbox signs is accepted, anything else is not.
import { createControlClient } from '../../pkg/index.js';
import { createSandbox } from '../../pkg/sandbox.js';
import { equal } from '../js/assert.mjs';

/** The body and headers of a webhook for a message on this channel. */
async function signedBySandbox(channel) {
  const received = [];
  const sandbox = createSandbox({ onWebhook: (request) => received.push(request) });
  const { accessToken, app, endpoint, fetch, keys } = sandbox;
  await createControlClient({ accessToken, endpoint, fetch }).rules.create(app.id, {
    ruleType: 'http',
    requestMode: 'batch',
    source: { channelFilter: '', type: 'channel.message' },
    target: { url: 'http://127.0.0.1/webhooks', format: 'json', signingKeyId: 'root01' },
  });
  await fetch(`/channels/${encodeURIComponent(channel)}/messages`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(keys.root)}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ data: 'x'.repeat(50_000) }),
  });
  const [request] = received;
  return { headers: Object.fromEntries(request.headers), body: await request.text() };
}

/** @param {{ origin: string }} server that has the root key of a sandbox */
export function webhookExample({ origin }) {
  const post = (headers, body) => fetch(`${origin}/webhooks`, { method: 'POST', headers, body });
  return ({ test }) => {
    test('a signed webhook is accepted', async () => {
      const { headers, body } = await signedBySandbox('café');
      const response = await post(headers, body);
      equal([response.status, await response.json()], [200, { channels: ['café'] }]);
    });
    test('a changed or unsigned one is not', async () => {
      const { headers, body } = await signedBySandbox('café');
      const { 'x-ably-signature': _, ...unsigned } = headers;
      const answers = [await post(headers, body.replace('café', 'cafe')), await post(unsigned, body)];
      for (const response of answers)
        equal([response.status, response.headers.get('cache-control')], [401, 'no-store']);
    });
    test('GET is not', async () => equal((await fetch(`${origin}/webhooks`)).status, 405));
  };
}
