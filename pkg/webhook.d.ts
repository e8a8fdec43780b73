/**
 * Verifies webhooks that Ably signs with one of your keys. Needs no wasm module.
 *
 * @example
 * import { verifyWebhook } from 'ably-edge-auth/webhook';
 * import type { IncomingRequest } from 'ably-edge-auth';
 *
 * export async function POST(request: IncomingRequest) {
 *   const { webhook, response } = await verifyWebhook(request, { keys: ['appId.keyId:secret'] });
 *   if (response) return response;
 *   for (const event of webhook.events)
 *     if (event.kind === 'message') console.log(event.channel, event.messages.length);
 *   return undefined;
 * }
 * @module ably-edge-auth/webhook
 */
import type { IncomingRequest, PlatformResponse, VerifyKey } from './index.js';

/** The options of {@link verifyWebhook}. */
export interface VerifyWebhookOptions {
  /**
   * The largest body in bytes; a larger one is answered with 413. Default 8 MiB. Ably sends at most 1,000 events in a
   * batch. The body is kept in memory until it is verified.
   */
  maxBytes?: number | undefined;
  /**
   * The greatest age of the newest event; an older webhook is answered with 401. Default 600, because Ably retries for
   * five minutes. `Infinity` accepts any age. A body without times has no age, and within it a request can be repeated:
   * make the handling of an event idempotent by its `serial` or by the ids of its messages.
   */
  maxAgeSeconds?: number | undefined;
  /** The time to verify at, in ms since 1970 or as a Date. Default: the clock. */
  now?: number | Date | undefined;
}

/** What all events have in common. Members that the webhook does not have are absent. */
export interface WebhookEventFields {
  /** The rule's source, such as `channel.message`. */
  readonly source: string;
  /** The channel, with the suffix that products add: `lobby::$chat`. */
  readonly channel?: string;
  /** The time of the event in ms since 1970. */
  readonly timestamp?: number;
  /** Where the event happened, such as `eu-west-1-A`. */
  readonly site?: string;
  /** In a batch: the name of the event, such as `presence.message` or `channel.opened`. */
  readonly name?: string;
  /** In a batch: identifies the event. A repeated webhook has the same. */
  readonly serial?: string;
  /** In a batch: the id of the webhook. */
  readonly webhookId?: string;
  /** In a single envelope: the app. */
  readonly appId?: string;
  /** In a single envelope: the rule. */
  readonly ruleId?: string;
  /** The event as Ably sent it. */
  readonly raw: { readonly [name: string]: unknown };
}

/** A message as Ably stores it. `Ably.Rest.Message.fromEncodedArray` decodes its `data`. */
export interface WebhookMessage {
  readonly id?: string;
  readonly name?: string;
  readonly clientId?: string;
  readonly connectionId?: string;
  readonly timestamp?: number;
  readonly data?: unknown;
  readonly encoding?: string;
  readonly [name: string]: unknown;
}

/** A presence message as Ably stores it. `Ably.Rest.PresenceMessage.fromEncodedArray` decodes it. */
export interface WebhookPresenceMessage extends WebhookMessage {
  /** 1 present, 2 enter, 3 leave, 4 update. */
  readonly action?: number;
}

/** An event, told apart by `kind`. */
export type WebhookEvent = WebhookEventFields &
  (
    | { readonly kind: 'message'; readonly messages: readonly WebhookMessage[] }
    | { readonly kind: 'presence'; readonly presence: readonly WebhookPresenceMessage[] }
    /** `status` is a ChannelStatus of the Ably SDKs. */
    | { readonly kind: 'lifecycle' | 'occupancy'; readonly status?: unknown }
    /** A source that this version does not know. */
    | { readonly kind: 'other' }
  );

/** A webhook that Ably has signed. */
export interface VerifiedWebhook {
  /** The name of the key that signed it, `appId.keyId`. */
  keyName: string;
  /** All events of a batch, or the one of a single envelope. */
  events: WebhookEvent[];
  /** The body as it came. The signature covers these bytes and nothing else: neither the URL nor the headers. */
  body: Uint8Array;
}

/**
 * Verifies that Ably signed a request with one of the keys, and reads its events. Otherwise the result has a Response to
 * return: 401 if the request is not signed, is signed by another key, was changed, or is too old; 405 if it is not a
 * POST; 413 if it is too large; 400 if the body breaks off.
 *
 * The signature covers the bytes of the body, so pass the request on before anything reads it. `X-Ably-Key` selects the
 * key by its name or its id.
 *
 * @param options `keys`: the keys that may sign. While a key is rotated, give the old one and the new one.
 *
 * Rejects with an AblyAuthError: `usage` if an option is invalid, `request` is not a Request, its body has been read, or
 * Ably signed a body that is not JSON with events (MessagePack, or without an envelope); `key` if a key is malformed.
 *
 * @example
 * import { verifyWebhook } from 'ably-edge-auth/webhook';
 *
 * const { webhook, response } = await verifyWebhook(request, { keys: [key] });
 * for (const event of webhook?.events ?? []) console.log(event.kind, event.channel);
 */
export function verifyWebhook(
  request: IncomingRequest,
  options: VerifyKey & VerifyWebhookOptions,
): Promise<{ webhook: VerifiedWebhook; response?: undefined } | { response: PlatformResponse; webhook?: undefined }>;

export { AblyAuthError } from './index.js';
