// kick: revokes the tokens of a client. The ban that keeps it out is recorded by createAccess, at the endpoint.
import { RUN, TARGETS, revoke } from './revocation.js';

const WORDING = {
  name: 'kick',
  heading: 'You are about to disconnect all clients matching:',
  question: 'This will permanently revoke their tokens. Are you sure?',
  cancelled: 'Kick cancelled.',
  done: (named) => `Clients matching ${named} have been disconnected, and their tokens revoked.`,
  note: 'The ban lives at your endpoint: call access.kick or access.ban there, or the client obtains a new token.',
  scope: () => async () => ({ allowReauthMargin: false }),
};

export const command = {
  summary: 'Disconnect clients by client ID, revocation key or channel',
  flags: { ...TARGETS, ...RUN },
  exclusive: [['client-id', 'revocation-key']],
  examples: [
    ['A client', 'kick --client-id "userClientId"'],
    ['Everyone with a channel', 'kick --channel "chat:lobby" --force'],
    ['Machine-readable output', 'kick --client-id "userClientId" --json --force'],
  ],
  run: (context) => revoke(context, WORDING),
};
