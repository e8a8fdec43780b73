// Features of products as one writes them on the command line and in tests: "chat: send".
import { misuse } from './failure.js';
import './start.js';
import { AblyAuthError } from '../lib/error.js';
import { explainFeature } from '../products/explain-feature.js';
import { rowOf } from '../products/features.js';

/** Names of products, each with the product's name in the table and with what its features are used in. */
const PRODUCTS = {
  chat: ['chat', 'chatRoom'],
  spaces: ['spaces', 'space'],
  ai: ['aiTransport', 'aiConversation'],
};
const FORM = /^([a-z]+): ?(.*)$/s;

/** The products by the names that they have here. */
export const PRODUCT_NAMES = Object.fromEntries(Object.entries(PRODUCTS).map(([name, [product]]) => [name, product]));

export const isFeature = (text) => Object.hasOwn(PRODUCTS, FORM.exec(text)?.[1] ?? '');

/**
 * @returns {{ text: string, place: string, feature: string }}
 * @throws AblyAuthError `usage` if there is no such feature
 */
export function readFeature(text) {
  const [, product, feature] = FORM.exec(text) ?? [];
  if (!Object.hasOwn(PRODUCTS, product ?? ''))
    throw new AblyAuthError({
      kind: 'usage',
      message: 'this is not a feature of a product',
      remediation: `write the product and the feature, such as "chat: send". The products are ${Object.keys(PRODUCTS).join(', ')}`,
    });
  const [inTable, place] = PRODUCTS[product];
  rowOf(inTable, feature, 'feature');
  return { text, place, feature };
}

/** The same for a flag. */
export function flaggedFeature(flag, text) {
  try {
    return readFeature(text);
  } catch (error) {
    if (error.kind !== 'usage') throw error;
    throw misuse(`${flag}: ${error.message}`, error.remediation);
  }
}

/** @param {{ clientId?: string | null, keyCapability?: string, rules?: object }} context as of explainFeature */
export function explainNamed(capability, { place, feature }, name, context) {
  return explainFeature(capability, { [place]: name, feature }, context);
}
