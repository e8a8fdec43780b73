// Rows with a name and a value, for channel claims and rate limits.
import { button, byId, el, PLAIN } from '../shared/dom.js';

/** @param {{ name: string, value: string, add: string }} words the labels of the fields and the button */
export function startPairs(id, words) {
  const part = byId(id);
  const list = el('div', { class: 'pairs' });
  part.append(
    list,
    button(
      words.add,
      () => {
        addPair(part, words, '', '');
        list.lastChild.querySelector('input').focus();
      },
      { class: 'quiet' },
    ),
  );
  part.words = words;
}

function addPair(part, words, name, value) {
  const list = part.querySelector('.pairs');
  const fields = [
    [words.name, name],
    [words.value, value],
  ].map(([label, text]) => {
    const input = el('input', { type: 'text', class: 'mono', 'aria-label': label, placeholder: label, ...PLAIN });
    input.value = text;
    return input;
  });
  const line = el(
    'div',
    { class: 'pair-line' },
    ...fields,
    button(
      '×',
      () => {
        line.remove();
        part.dispatchEvent(new Event('input', { bubbles: true }));
        part.querySelector(':scope > button').focus();
      },
      { class: 'quiet', 'aria-label': 'Remove this line' },
    ),
  );
  list.append(line);
}

export function writePairs(id, pairs) {
  const part = byId(id);
  part.querySelector('.pairs').replaceChildren();
  for (const [name, value] of pairs) addPair(part, part.words, name, value);
}

/** The rows that have a name. */
export function readPairs(id) {
  return [...byId(id).querySelectorAll('.pair-line')]
    .map((line) => [...line.querySelectorAll('input')].map(({ value }) => value))
    .filter(([name, value]) => name !== '' || value !== '');
}
