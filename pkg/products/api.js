// The functions of ably-edge-auth/products, for every entry. Documented in products.d.ts.
export { capabilityFor } from './capability-for.js';
export { explainFeature } from './explain-feature.js';
export { productFeatures } from './features.js';
