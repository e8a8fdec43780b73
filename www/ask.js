// May it? And why, or why not.
import { byId, el, prose, show } from './dom.js';
import { AblyAuthError, explainCapability } from './pkg/wasm.js';

let last;

export function showAnswer(capability, operation, channel) {
  const [verdict, message, others] = answer(capability, operation.trim(), channel);
  const state = JSON.stringify([verdict, message, others]);
  if (state === last) return;
  last = state;
  const parts = [el('p', {}, el('strong', { class: `verdict ${verdict}` }, WORDS[verdict]), ' ', ...prose(message))];
  if (others.length > 0) parts.push(el('ul', {}, ...others.map((reason) => el('li', {}, 'also: ', ...prose(reason)))));
  show(byId('answer'), ...parts);
}

const WORDS = { yes: 'Yes', no: 'No', open: 'Not yet' };

function answer(capability, operation, channel) {
  if (operation === '' || channel === '') return ['open', 'Name an operation and a channel.', []];
  try {
    const { allowed, message, because } = explainCapability(capability, operation, channel);
    // The message holds the first reason.
    return [allowed ? 'yes' : 'no', message, because.slice(1).map(({ reason }) => reason)];
  } catch (error) {
    if (error instanceof AblyAuthError) return ['open', error.message, []];
    throw error;
  }
}
