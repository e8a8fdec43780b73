// Features of Chat, Spaces and AI Transport: rows of the matrix, and presets. Loaded when they are first chosen.
import { parseCapability } from '../pkg/lib/capability.js';
import { AblyAuthError } from '../pkg/lib/error.js';
import { capabilityFor, explainFeature, productFeatures } from '../pkg/products/api.js';

const PLACES = { chat: 'chatRoom', spaces: 'space', aiTransport: 'aiConversation' };
const STATES = { allowed: 'yes', denied: 'no', uncertain: 'maybe' };

/** The capability of a preset that names features. */
export const presetCapability = (grants) => capabilityFor(grants).capability;

/** Rows of the matrix for a product; see permission-matrix.js. */
export function featureRows(product) {
  return { title: 'Feature', groups: [productFeatures[product]], read: (asked) => readCells(product, asked) };
}

/** Like `readCells` in permission-matrix-data.js. */
function readCells(product, { capability, keyCapability, clientId }) {
  try {
    parseCapability(capability);
    if (keyCapability !== undefined) parseCapability(keyCapability);
  } catch (error) {
    if (error instanceof AblyAuthError) return { error };
    throw error;
  }
  const ask = (feature, name, context) => explainFeature(capability, { [PLACES[product]]: name, feature }, context);
  const answers = new Map();
  /** An answer takes a while, and each cell asks twice: for its mark and for its reason. */
  const answer = (feature, name) => {
    const at = `${feature} ${name}`;
    if (!answers.has(at)) answers.set(at, ask(feature, name, { clientId, keyCapability }));
    return answers.get(at);
  };
  const verdict = (feature, name) => {
    const { verdict: said, diagnostics } = answer(feature, name);
    if (said !== 'denied') return STATES[said];
    if (diagnostics.some(({ code }) => code === 'unidentified')) return 'client';
    return keyCapability !== undefined && ask(feature, name, { clientId }).verdict !== 'denied' ? 'key' : 'no';
  };
  const explain = (feature, name) => {
    const { message, certainty, surfaces, diagnostics } = answer(feature, name);
    const also = [
      ...surfaces.map(({ surface, channel, operations }) =>
        surface === 'rest'
          ? `needed for the REST API of ${channel}: ${operations.join(', ')}`
          : `needed on \`${channel}\`: ${operations.join(', ')}`,
      ),
      ...diagnostics.map((diagnostic) => diagnostic.message).filter((text) => !message.endsWith(text)),
      ...(certainty === 'inferred' ? ['inferred, because no document of Ably says it'] : []),
    ];
    return { state: verdict(feature, name), message, also };
  };
  return { verdict, explain, error: undefined };
}
