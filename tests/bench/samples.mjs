// What is signed and verified: one token of each size, the middle one with the claims that most tokens have.
export const KEY = 'xVLyHw.A-pwh7:wBvHnL7pUcSSAmVCzxjdnGmBcMgSVBpNkLKFPUFAmKU';
export const [KEY_NAME, SECRET] = KEY.split(':');
export const CLIENT_ID = 'user-31415926';

const resources = (count) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`room-${String(i).padStart(4, '0')}:chat:*`, ['publish', 'subscribe']]),
  );

export const CAPABILITIES = {
  small: { chat: ['subscribe'] },
  usual: { 'chat:*': ['history', 'publish', 'subscribe'], 'presence:lobby': ['presence', 'subscribe'] },
  large: resources(100),
};

export const SIZES = Object.keys(CAPABILITIES);

/** Written once, as an issuer of ours does. */
const TEXTS = Object.fromEntries(SIZES.map((size) => [size, JSON.stringify(CAPABILITIES[size])]));

/** The claims of an Ably JWT, as somebody writes them who has read the documentation. */
export function claimsOf(size) {
  const iat = Math.floor(Date.now() / 1000);
  return { iat, exp: iat + 3600, 'x-ably-capability': TEXTS[size], 'x-ably-clientId': CLIENT_ID };
}
