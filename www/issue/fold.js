// On a narrow screen, parts of the form are folded to one line, so that the token and the answer are near.
import { byId, say } from '../shared/dom.js';
import { span } from '../shared/time.js';

/** Each folded part and its contents in one line. */
const SUMMARIES = {
  'client-summary': ({ clientId, ttlSeconds = 3600, revocationKey }) =>
    [
      clientId === null ? 'No client id' : clientId === '*' ? 'Any client id' : clientId || 'Empty client id',
      Number.isInteger(ttlSeconds) ? span(ttlSeconds) : 'lifetime is not a whole number',
      ...(revocationKey === undefined ? [] : [`group ${revocationKey}`]),
    ].join(' · '),
  // Never the secret.
  'key-summary': ({ key, revocable }) =>
    `${key.split(':', 1)[0] || 'No key'} · ${revocable ? 'revocable tokens' : 'tokens cannot be revoked'}`,
};

const buttonOf = (part) => part.querySelector('.unfold');

export function startFolds() {
  for (const button of document.querySelectorAll('.unfold'))
    button.addEventListener('click', () => fold(button.closest('.foldable'), button.ariaExpanded === 'true'));
}

function fold(part, isFolded) {
  part.classList.toggle('unfolded', !isFolded);
  buttonOf(part).ariaExpanded = String(!isFolded);
}

/** Unfolds the part that an element is in. */
export function unfoldAround(element) {
  const part = element.closest('.foldable');
  if (part) fold(part, false);
}

export function showSummaries(inputs) {
  for (const [id, words] of Object.entries(SUMMARIES)) say(byId(id), words(inputs));
}
