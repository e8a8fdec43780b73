// Questions and grants in the features of Ably's products. Imported only for a command line that names one.
import './start.js';
import { capabilityFor, explainFeature, productFeatures } from '../products/api.js';
import { misuse } from './failure.js';
import { nearest } from './nearest.js';
import { echoed } from './redact.js';

/** By flag: the product, and the option of explainFeature that names the same. */
const PRODUCTS = {
  'chat-room': ['chat', 'chatRoom'],
  space: ['spaces', 'space'],
  'ai-conversation': ['aiTransport', 'aiConversation'],
};

/** The names of the features, by flag. */
export const FEATURES = Object.fromEntries(
  Object.entries(PRODUCTS).map(([flag, [product]]) => [flag, productFeatures[product]]),
);

export function explain(capability, { flag, name, feature }, context) {
  checkName(flag, name);
  checkFeature(flag, feature);
  return explainFeature(capability, { [PRODUCTS[flag][1]]: name, feature }, context);
}

/**
 * @param {Record<string, string[]>} values by flag, texts such as `support:7=send,receive`
 * @param {object} channels a capability to add
 * @returns {{ capability: string, notes: { code: string, message: string }[] }} the capability, and what to know about it
 */
export function grant(values, channels) {
  const grants = { channels };
  for (const [flag, [product]] of Object.entries(PRODUCTS))
    for (const given of values[flag] ?? []) {
      const { name, features } = readGrant(flag, given);
      grants[product] ??= Object.create(null);
      grants[product][name] = [...(grants[product][name] ?? []), ...features];
    }
  const { capability, diagnostics } = capabilityFor(grants);
  return { capability: JSON.stringify(capability), notes: diagnostics.filter(isOfGrant).map(inFlags) };
}

function readGrant(flag, given) {
  // A name may hold an equals sign, and no feature does.
  const at = given.lastIndexOf('=');
  const features = given
    .slice(at + 1)
    .split(',')
    .map((feature) => feature.trim())
    .filter((feature) => feature !== '');
  if (at < 1 || features.length === 0)
    throw misuse(
      `--${flag} ${echoed(given)} names no features`,
      `Write --${flag} NAME=FEATURE,FEATURE with some of ${FEATURES[flag].join(', ')}.`,
    );
  for (const feature of features) checkFeature(flag, feature);
  return { name: given.slice(0, at), features };
}

function checkName(flag, name) {
  if (name === '') throw misuse(`--${flag} is empty`, `Write --${flag} NAME.`);
}

function checkFeature(flag, feature) {
  const known = FEATURES[flag];
  if (known.includes(feature)) return;
  const meant = nearest(feature, known);
  throw misuse(
    `Unknown feature ${JSON.stringify(echoed(feature))} for --${flag}`,
    meant === undefined ? `Use one of ${known.join(', ')}.` : `Did you mean ${meant}?`,
  );
}

const OF_GRANT = /^(chat|spaces|aiTransport)\[(".*")\]$/s;
const isOfGrant = ({ path }) => OF_GRANT.test(path);

/** A finding in the words of the command line: `chat["support:7"]` is `--chat-room support:7`. */
function inFlags({ code, path, message }) {
  const [, product, name] = OF_GRANT.exec(path);
  const flag = Object.keys(PRODUCTS).find((it) => PRODUCTS[it][0] === product);
  const shown = `--${flag} ${JSON.parse(name)}`;
  return { code, message: message.startsWith(path) ? shown + message.slice(path.length) : `${shown}: ${message}` };
}
