// Hands the webhooks of a change to the caller of createSandbox.
import { globalNamed } from '../lib/module/globals.js';

/**
 * Waits for the receiver, so that a test can look at what it did. What the receiver answers or throws changes nothing,
 * as at Ably.
 * @param {{ filter: string, channel: string, url: string, headers: string[], body: Uint8Array }[]} webhooks
 * @param {(request: Request) => unknown} onWebhook
 */
export async function deliver(webhooks, onWebhook) {
  for (const { filter, channel, url, headers, body } of webhooks) {
    if (!matches(filter, channel)) continue;
    try {
      const Request = globalNamed('Request');
      // In a page, a Request would take a path as an address on the page's own host.
      await onWebhook(new Request(new URL(url), { method: 'POST', headers: pairs(headers), body }));
    } catch {
      // A rule with an invalid URL or header sends nothing either.
    }
  }
}

/** The filter is a regular expression; an invalid one matches no channel. */
function matches(filter, channel) {
  try {
    return new RegExp(filter).test(channel);
  } catch {
    return false;
  }
}

/** Names and values alternate. */
function pairs(list) {
  return Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index], list[2 * index + 1]]);
}
