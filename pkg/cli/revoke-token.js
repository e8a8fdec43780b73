// revoke-token: compatible with `ably auth revoke-token`, and extended to many targets, each with its own outcome.
import { RUN, TARGETS, revoke } from './revocation.js';
import { typedTime } from './time.js';

const WORDING = {
  name: 'revocation',
  heading: 'You are about to revoke all tokens matching:',
  question:
    'This will permanently revoke all matching tokens, and any applications using those tokens will need to be issued new tokens. Are you sure?',
  cancelled: 'Revocation cancelled.',
  done: (named) => `Tokens matching ${named} have been revoked.`,
  scope({ values }) {
    const typed = values['issued-before'];
    const issuedBefore =
      typed === undefined
        ? undefined
        : typedTime(
            '--issued-before',
            typed,
            'ISO 8601 such as 2026-11-24T12:00:00Z, ms since 1970, or 10m for ten minutes ago',
          );
    return async () => ({ issuedBefore, allowReauthMargin: values['allow-reauth-margin'] ?? false });
  },
};

export const command = {
  summary: 'Revoke tokens by client ID, revocation key or channel',
  record: 'auth revoke-token',
  flags: {
    ...TARGETS,
    'allow-reauth-margin': {
      text: 'Delay the revocation by 30 seconds, so that connected clients can obtain new tokens',
    },
    'issued-before': {
      value: 'TIME',
      text: 'Revoke only tokens issued before this time: ISO 8601, ms since 1970, or a duration ago such as 10m; at most an hour ago. Defaults to now',
    },
    ...RUN,
  },
  exclusive: [['client-id', 'revocation-key']],
  examples: [
    ['All tokens of a client ID', 'revoke-token --client-id "userClientId"'],
    ['Without confirmation', 'revoke-token --client-id "userClientId" --force'],
    ['All tokens of a group', 'revoke-token --revocation-key group1'],
    [
      'With 30 seconds for connected clients to obtain new tokens',
      'revoke-token --client-id "userClientId" --allow-reauth-margin',
    ],
    ['Thousands of targets', 'revoke-token --targets-file leaked.txt --force'],
    ['Record failed targets for a retry', 'revoke-token --targets-file leaked.txt --failed-to left.txt --force'],
    ['Machine-readable output', 'revoke-token --client-id "userClientId" --json --force'],
  ],
  run: (context) => revoke(context, WORDING),
};
