// An endpoint for the tests of createTokenEndpoint, and what it was asked and told.
import { KEY } from './tokens.mjs';

export const CAPABILITY = { 'chat:*': ['publish'] };
export const CANONICAL = '{"chat:*":["publish"]}';
export const APP = 'https://app.example.com';

export const makerOf =
  ({ createTokenEndpoint }) =>
  (options = {}) => {
    const seen = { asked: [], errors: [] };
    const endpoint = createTokenEndpoint({
      source: { key: KEY },
      authenticate(_asked, { params }) {
        seen.asked.push(params);
        return { capability: CAPABILITY, clientId: params.get('clientId') };
      },
      onError: (error) => seen.errors.push(error),
      ...options,
    });
    return { endpoint, seen };
  };
