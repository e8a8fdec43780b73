// @ts-self-types="./products.d.ts"
// The entry ably-edge-auth/products for browsers, bundlers, Node.js, Deno and Bun. It starts the module of index.js.
import './index.js';

// Each name is listed, because bundlers follow `export *` past this file and would omit the import above.
export { capabilityFor, explainFeature, productFeatures } from './products/api.js';
