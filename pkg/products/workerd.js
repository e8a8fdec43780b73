// The entry ably-edge-auth/products for Cloudflare Workers. It starts the module of workerd.js.
import '../workerd.js';

// Each name is listed, because bundlers follow `export *` past this file and would omit the import above.
export { capabilityFor, explainFeature, productFeatures } from './api.js';
