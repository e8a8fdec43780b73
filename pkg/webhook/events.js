// Reads the events of a webhook: of a batch, or of a single enveloped request.
import { AblyAuthError } from '../lib/error.js';
import { Decoder } from '../lib/module/utf8.js';

const KINDS = {
  'channel.message': 'message',
  'channel.presence': 'presence',
  'channel.lifecycle': 'lifecycle',
  'channel.occupancy': 'occupancy',
};

/** @param {Uint8Array} body whose signature is right, so that whatever is wrong with it is a setting of the rule */
export function readEvents(body) {
  let envelope;
  try {
    envelope = JSON.parse(new Decoder().decode(body));
  } catch {
    throw unreadable('is not JSON');
  }
  if (!isObject(envelope)) throw unreadable('is not an object');
  if (Array.isArray(envelope.items)) return envelope.items.map(eventOfBatch);
  if (typeof envelope.source !== 'string') throw unreadable('has neither items nor a source');
  const { channel, appId, ruleId } = envelope;
  return [event(envelope, envelope, { channel, appId, ruleId })];
}

function eventOfBatch(item) {
  if (!isObject(item) || typeof item.source !== 'string') throw unreadable('has an item without a source');
  const data = isObject(item.data) ? item.data : {};
  const { webhookId, serial, name } = item;
  return event(item, data, { name, channel: data.channelId, webhookId, serial });
}

/** `data` has the part that depends on the source. */
function event(raw, data, fields) {
  const kind = kindOf(raw.source, data);
  const { timestamp } = raw;
  const all = { kind, source: raw.source, ...fields, timestamp, site: data.site, ...contents(kind, data), raw };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  return all;
}

/** Ably's example of an enveloped presence event has the source `channel.message`. */
function kindOf(source, data) {
  if (source === 'channel.message' && data.messages === undefined && Array.isArray(data.presence)) return 'presence';
  return Object.hasOwn(KINDS, source) ? KINDS[source] : 'other';
}

function contents(kind, { messages, presence, status }) {
  if (kind === 'message') return { messages: list(messages) };
  if (kind === 'presence') return { presence: list(presence) };
  return kind === 'other' ? {} : { status };
}

const list = (value) => (Array.isArray(value) ? value : []);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The time of the newest event in ms since 1970, or undefined if none of them has a time. */
export function newestTime(events) {
  const times = events.flatMap(({ timestamp, messages = [], presence = [] }) =>
    timestamp === undefined ? [...messages, ...presence].map((message) => message?.timestamp) : [timestamp],
  );
  const known = times.filter((time) => typeof time === 'number');
  return known.length === 0 ? undefined : known.reduce((newest, time) => Math.max(newest, time));
}

function unreadable(found) {
  return new AblyAuthError({
    kind: 'usage',
    message: `the webhook's signature matches, but its body ${found}`,
    path: 'request',
    remediation: "set the rule's format to JSON, and let it send batches or envelopes",
  });
}
