// refresh: asks connected clients to renew their tokens, so that new rights arrive without a disconnection.
import { refreshCutOff } from './api.js';
import { RUN, TARGETS, revoke } from './revocation.js';

const WORDING = {
  name: 'refresh',
  heading: 'You are about to ask all clients matching to obtain new tokens:',
  question: 'This will revoke their present tokens in 30 seconds. Are you sure?',
  cancelled: 'Refresh cancelled.',
  done: (named) => `Clients matching ${named} have been asked to obtain new tokens.`,
  note: 'New tokens have what your endpoint grants now. If it has bans (createAccess), they still apply.',
  scope: () => async (network) => ({ issuedBefore: await refreshCutOff(network), allowReauthMargin: true }),
};

export const command = {
  summary: 'Ask clients to renew tokens by client ID, revocation key or channel',
  flags: { ...TARGETS, ...RUN },
  exclusive: [['client-id', 'revocation-key']],
  examples: [
    ['A client', 'refresh --client-id "userClientId"'],
    ['A group', 'refresh --revocation-key group1 --force'],
    ['Machine-readable output', 'refresh --client-id "userClientId" --json --force'],
  ],
  run: (context) => revoke(context, WORDING),
};
