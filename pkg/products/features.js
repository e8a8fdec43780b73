// The table of features, which the build makes from src/products/features.txt.
import { FEATURES } from '../generated/features.js';
import { AblyAuthError } from '../lib/error.js';
import { nearest } from '../lib/input/nearest.js';
import { kindOf, refuse } from '../lib/input/options.js';

const namesOf = (rows) => /** @type {any} */ (Object.freeze(Object.keys(rows)));

/** The names of the features, by product. */
export const productFeatures = Object.freeze({
  chat: namesOf(FEATURES.chat),
  spaces: namesOf(FEATURES.spaces),
  aiTransport: namesOf(FEATURES.aiTransport),
});

/** What a feature needs: `where:operations` and flags, see src/capability/needs.rs. */
export function rowOf(product, feature, path) {
  if (typeof feature !== 'string') throw refuse(path, kindOf(feature), 'the name of a feature');
  if (Object.hasOwn(FEATURES[product], feature)) return FEATURES[product][feature];
  const names = productFeatures[product];
  const meant = nearest(feature, names);
  throw new AblyAuthError({
    kind: 'usage',
    message: `unknown feature ${JSON.stringify(feature.slice(0, 100))} of ${product}`,
    path,
    remediation: meant === undefined ? `the features are ${names.join(', ')}` : `did you mean "${meant}"?`,
  });
}
