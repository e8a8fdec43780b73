import type { AblyAuthError, PlatformRequest, PlatformResponse } from 'ably-edge-auth';
import {
  type AblyAuthError as SameError,
  verifyWebhook,
  type WebhookEvent,
  type WebhookMessage,
} from 'ably-edge-auth/webhook';
import { exact } from './exact.js';

declare const request: PlatformRequest;
const keys = ['appid.keyid:secret'] as const;

const { webhook, response } = await verifyWebhook(request, {
  keys,
  maxBytes: 1024,
  maxAgeSeconds: 60,
  now: new Date(),
});
if (response) exact<PlatformResponse>()(response);
else {
  exact<string>()(webhook.keyName);
  exact<Uint8Array>()(webhook.body);
  for (const event of webhook.events) read(event);
}
await verifyWebhook(request, { key: 'appid.keyid:secret' });

function read(event: WebhookEvent): string | undefined {
  exact<string>()(event.source);
  const { data } = event.raw;
  exact<unknown>()(data);
  switch (event.kind) {
    case 'message':
      exact<readonly WebhookMessage[]>()(event.messages);
      return event.messages[0]?.name;
    case 'presence':
      return event.presence[0]?.clientId;
    case 'lifecycle':
    case 'occupancy':
      exact<unknown>()(event.status);
      return event.name;
    case 'other':
      return event.channel;
  }
}

// @ts-expect-error: without a key
await verifyWebhook(request, {});
// @ts-expect-error: both
await verifyWebhook(request, { keys, key: 'appid.keyid:secret' });
// @ts-expect-error: not a Request
await verifyWebhook('body', { keys });
// @ts-expect-error: an unknown option
await verifyWebhook(request, { keys, maxSize: 5 });

declare const error: SameError;
exact<AblyAuthError>()(error);
