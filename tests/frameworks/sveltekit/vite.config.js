import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';

// Without its origin, the built server takes every posted form for one of another site: it expects to be behind HTTPS.
const paths = { origin: process.env.ORIGIN };

export default { plugins: [sveltekit({ adapter: adapter(), paths })] };
