// The context of explainCapability and explainFeature: what is known besides the capability.
import { AblyAuthError } from '../error.js';
import { nearest } from './nearest.js';
import { capabilityText, clipped, crossing, kindOf, optionalText, readOptions, refuse } from './options.js';

const CONTEXT = new Set(['clientId', 'forClientId', 'keyCapability', 'modes', 'rules']);
/** The modes that a channel can be attached with (https://ably.com/docs/channels/options#modes). */
const MODES = [
  'PUBLISH',
  'SUBSCRIBE',
  'PRESENCE',
  'PRESENCE_SUBSCRIBE',
  'ANNOTATION_PUBLISH',
  'ANNOTATION_SUBSCRIBE',
  'OBJECT_PUBLISH',
  'OBJECT_SUBSCRIBE',
];

/** The texts that cross for a context, and whether the token has no client id. */
export function readContext(given) {
  if (given === undefined) return {};
  const { clientId, forClientId, keyCapability, modes, rules } = readOptions(given, CONTEXT, 'context');
  return {
    unidentified: clientId === null,
    clientId: optionalText('clientId', clientId),
    forClientId: optionalText('forClientId', forClientId),
    keyCapability:
      keyCapability === undefined
        ? undefined
        : crossing('keyCapability', capabilityText(keyCapability, 'keyCapability'), clipped),
    modes: modes === undefined ? undefined : readModes(modes).join(),
    rules: rules === undefined ? undefined : readRules(rules).join('\n'),
  };
}

function readModes(modes) {
  if (!Array.isArray(modes)) throw refuse('modes', kindOf(modes), 'a list of modes');
  return [...modes].map((mode, index) => {
    const path = `modes[${index}]`;
    if (typeof mode !== 'string') throw refuse(path, kindOf(mode), 'a mode, such as "PUBLISH"');
    if (MODES.includes(mode)) return mode;
    const meant = nearest(mode, MODES);
    throw new AblyAuthError({
      kind: 'usage',
      message: `unknown mode ${JSON.stringify(mode.slice(0, 100))}`,
      path,
      remediation: meant === undefined ? `the modes are ${MODES.join(', ')}` : `did you mean "${meant}"?`,
    });
  });
}

/** The rules that are on, each as `namespace:rule`. */
function readRules(rules) {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules))
    throw refuse('rules', kindOf(rules), 'an object with the rules of each namespace');
  return Object.entries(rules).flatMap(([namespace, ofNamespace]) => {
    const path = `rules[${JSON.stringify(namespace)}]`;
    if (typeof ofNamespace !== 'object' || ofNamespace === null || Array.isArray(ofNamespace))
      throw refuse(path, kindOf(ofNamespace), 'an object such as { mutableMessages: true }');
    const on = Object.entries(ofNamespace).filter(([, isOn]) => isOn === true);
    return on.map(([name]) => crossing(path, `${namespace}:${name}`));
  });
}
