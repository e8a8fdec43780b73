// Names flags and commands in place of the library's options and functions, which a user of the command line never sees.

const NAME = String.raw`(?:\["((?:[^"\\]|\\.)*)"\])?`;
const flag = (name) => (_, of) => (of === undefined ? name : `${name} ${of}`);
/** The first words of the commands for each group of the Control API. */
const GROUPS = { keys: 'auth keys', rules: 'integrations', namespaces: 'apps channel-rules' };

const WORDS = [
  [/: use now$/, ''],
  [/^use jwtId$/, 'the command sets it'],
  [/^use (?:roomClaims|clientType)$/, 'the command has no flag for it'],
  [/\buse capability$/, 'use --capability'],
  [/\bttlSeconds\b/g, '--ttl'],
  [/\bissuedBefore\b/g, '--issued-before'],
  [/\bkeyCapability\b/g, '--key-capability'],
  [new RegExp(`\\bchannelClaims\\b${NAME}`, 'g'), flag('--channel-claim')],
  [new RegExp(`\\bpublishRateLimits\\b${NAME}`, 'g'), flag('--rate-limit')],
  [new RegExp(`(?<![\\w.])claims(?=\\[)${NAME}`, 'g'), flag('--claim')],
  [/(?<![\w"-])revocationKey\b(?!:)/g, '--revocation-key'],
  [/(?<![\w"-])clientId\b(?!:)/g, '--client-id'],
  [/\bcontrolEndpoint\b/g, 'ABLY_CONTROL_HOST'],
  [/^endpoint\b/, 'ABLY_ENDPOINT'],
  [/\bkeys\.update\(app, key, \{ revocableTokens: true \}\)/g, 'auth keys update KEY --revocable-tokens'],
  [
    /\b(apps|keys|rules|queues|namespaces|stats)\.(list|get|create|update|delete|revoke|account|app)\b(?!\.)/g,
    (_, group, verb) => `${GROUPS[group] ?? group} ${verb}`,
  ],
];

/** @param {string | undefined} text */
export function inFlags(text) {
  return text === undefined ? undefined : WORDS.reduce((said, [word, shown]) => said.replace(word, shown), text);
}
