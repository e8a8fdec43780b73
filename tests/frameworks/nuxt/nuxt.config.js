import { defineNuxtConfig } from 'nuxt/config';

export default defineNuxtConfig({
  compatibilityDate: '2026-04-01',
  telemetry: false,
  // For Cloudflare, where the .wasm file must be deployed as it is.
  nitro: { experimental: { wasm: true } },
});
