// Sends the webhooks of the sandbox server, to this machine only: whoever may create rules must not reach other hosts.
import { AblyAuthError } from '../lib/error.js';
import { isLoopback } from './listen.js';

const TIMEOUT_MS = 10_000;
/** A receiver that does not answer must not fill the memory. */
const MAX_WAITING = 1000;

/**
 * Sends one after the other, in the order of publishing.
 * @param {{ tell: (sentence: string) => void, isAllowed?: (url: string) => boolean }} options
 */
export function webhookSender({ tell, isAllowed = isOnThisMachine }) {
  const ending = new AbortController();
  const told = new Set();
  let last = Promise.resolve();
  let waiting = 0;

  /** Warns once for each reason. */
  function warn(sentence) {
    if (told.has(sentence) || ending.signal.aborted) return;
    told.add(sentence);
    tell(sentence);
  }

  async function send(request) {
    try {
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(request, { redirect: 'manual', signal });
      await response.body?.cancel();
      if (!response.ok) warn(`the webhook at ${request.url} answered ${response.status}`);
    } catch (error) {
      warn(`the webhook at ${request.url} failed: ${error.cause?.code ?? error.name}`);
    }
  }

  return {
    onWebhook(request) {
      if (!isAllowed(request.url)) return warn(`the webhook at ${request.url} is not sent: it is not on this machine`);
      if (waiting >= MAX_WAITING) return warn(`webhooks are dropped, because ${MAX_WAITING} are waiting already`);
      waiting++;
      last = last.then(() => send(request)).finally(() => waiting--);
    },
    /** Gives up what has not been sent. */
    close: () => ending.abort(),
  };
}

function isOnThisMachine(url) {
  const { hostname, protocol } = new URL(url);
  return protocol.startsWith('http') && isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** The URL for the rule of `sandbox --webhook`. */
export function webhookUrl(text) {
  if (URL.canParse(text) && isOnThisMachine(text)) return new URL(text).href;
  throw new AblyAuthError({
    kind: 'usage',
    message: `webhook is ${JSON.stringify(text)}`,
    path: 'webhook',
    remediation: 'give a URL on this machine, such as http://127.0.0.1:3000/webhooks',
  });
}

/** Creates the rule that sends every message of the app to the URL, unless the state has it already. */
export async function addWebhook({ fetch, endpoint, app, accessToken, keys }, url) {
  const rules = `${endpoint}/v1/apps/${app.id}/rules`;
  const headers = { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' };
  const existing = await answerOf(await fetch(rules, { headers }));
  if (existing.some(({ target }) => target?.url === url)) return;
  const signingKeyId = keys.root.slice(keys.root.indexOf('.') + 1, keys.root.indexOf(':'));
  const rule = {
    ruleType: 'http',
    requestMode: 'batch',
    source: { channelFilter: '', type: 'channel.message' },
    target: { url, format: 'json', signingKeyId },
  };
  await answerOf(await fetch(rules, { method: 'POST', headers, body: JSON.stringify(rule) }));
}

async function answerOf(response) {
  const answer = await response.json();
  if (response.ok) return answer;
  throw new AblyAuthError({
    kind: 'usage',
    message: `the rule for the webhook could not be created: ${answer.message}`,
    path: 'webhook',
    remediation: 'start without --webhook, and create the rule with an access token of this sandbox',
  });
}
