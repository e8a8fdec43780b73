// explainFeature: whether a capability allows a feature of a product.
import { explain } from '../lib/capability.js';
import { AblyAuthError } from '../lib/error.js';
import { crossing, readOptions } from '../lib/input/options.js';
import { rowOf } from './features.js';

/** The options that name what is used, and their products. */
const PLACES = { chatRoom: 'chat', space: 'spaces', aiConversation: 'aiTransport' };
const OPTIONS = new Set([...Object.keys(PLACES), 'feature']);

export function explainFeature(capability, question, context) {
  const { feature, ...places } = readOptions(question, OPTIONS, 'question');
  const given = Object.keys(PLACES).filter((place) => places[place] !== undefined);
  if (given.length !== 1)
    throw new AblyAuthError({
      kind: 'usage',
      message: `the question has ${given.length === 0 ? 'neither chatRoom nor space nor aiConversation' : given.join(' and ')}`,
      path: 'question',
      remediation: 'give one of chatRoom, space and aiConversation',
    });
  const [place] = given;
  const row = rowOf(PLACES[place], feature, 'feature');
  return explainRow(capability, { place, name: places[place], feature, row }, context);
}

/** The same for a feature that was looked up. */
export function explainRow(capability, { place, name, feature, row }, context) {
  const question = { operation: feature, name: crossing(place, name), place, row };
  const { verdict, certainty, message, surfaces, diagnostics } = explain(capability, question, context);
  const operations = [...new Set(surfaces.flatMap((surface) => surface.operations))].sort();
  return { allowed: verdict === 'allowed', verdict, certainty, message, operations, surfaces, diagnostics };
}
