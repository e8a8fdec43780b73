// The entry ably-edge-auth/products for edge runtimes such as Vercel's. It starts the module of edge-light.js.
import '../edge-light.js';

// Each name is listed, because bundlers follow `export *` past this file and would omit the import above.
export { capabilityFor, explainFeature, productFeatures } from './api.js';
