// Holds a row of the feature tables against what an SDK was seen to do.
import { equal, ok } from '../js/assert.mjs';
import { DOCUMENTED_ONLY } from './expected.mjs';

/** What a call needs; own or any is a question of who wrote the message. Source: https://ably.com/docs/chat/setup */
const CALLS = [
  [/^POST .*\/messages$/, ['publish']],
  [/^PUT .*\/messages\/SERIAL$/, ['message-update-own', 'message-update-any']],
  [/^POST .*\/messages\/SERIAL\/delete$/, ['message-delete-own', 'message-delete-any']],
  [/^GET .*\/messages(\/SERIAL(\/versions)?)?$/, ['history']],
  [/^(POST|DELETE) .*\/messages\/SERIAL\/reactions$/, ['annotation-publish']],
  [/^GET .*\/occupancy$/, ['channel-metadata']],
];

const PLACES = { 'R::$chat': 'chat', 'S::$space': 'space', 'S::$cursors': 'cursors' };

/** What was needed, by place: each a list of operations of which one is enough. */
function needsOf({ calls, realtime, attached }, feature) {
  const needs = {};
  const need = (place, operations) => (needs[place] ??= []).push(operations);
  for (const call of calls) {
    const [, operations] = CALLS.find(([pattern]) => pattern.test(call)) ?? [];
    ok(operations, `an unknown call: ${call}`);
    const [, channel] = call.match(/\/channels\/([^/]+)/) ?? [];
    need(channel === undefined ? 'rest' : PLACES[channel], operations);
  }
  for (const [channel, operations] of Object.entries(realtime))
    for (const operation of operations) need(PLACES[channel], [operation]);
  // Any operation that gives a mode is enough to attach.
  if (feature === 'attach')
    need(
      'chat',
      ['ANNOTATION_SUBSCRIBE', ...attached['R::$chat']].map((mode) => mode.toLowerCase().replace('_', '-')),
    );
  return needs;
}

/** @param row a row of the feature tables, as scripts/product-tables.mjs reads it */
export function compare(row, seen) {
  const needs = needsOf(seen, row.feature);
  // Cursors are a matter of their own channel; that the space is entered too is a flag of the row.
  if (needs.cursors !== undefined) {
    equal(needs.space !== undefined, row.words.includes('entered'), 'the space is entered');
    delete needs.space;
  }
  const documented = DOCUMENTED_ONLY[row.feature] ?? {};
  const places = [...new Set([...Object.keys(needs), ...Object.keys(documented)])].sort();
  equal(row.needs.map(({ place }) => place).sort(), places, 'where operations are needed');
  for (const { place, alternatives } of row.needs) {
    const seenThere = needs[place] ?? [];
    for (const operations of alternatives) {
      for (const enough of seenThere)
        ok(
          operations.some((operation) => enough.includes(operation)),
          `${place}: the SDK needs ${enough.join(' or ')}, the table has ${operations}`,
        );
      for (const operation of operations)
        ok(
          seenThere.flat().includes(operation) || documented[place]?.includes(operation),
          `${place}: the table has ${operation}, which the SDK does not need`,
        );
    }
  }
}
