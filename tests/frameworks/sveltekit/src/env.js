import { defineEnvVars } from '@sveltejs/kit/env';

export const variables = defineEnvVars({ ABLY_API_KEY: {} });
