// The few things this page does with its elements. What people type becomes text, never markup.

export const byId = (id) => document.getElementById(id);

/** A new element: attributes by name (true: just there, false or undefined: not there), then texts and elements to hold. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(attribute, value === true ? '' : value);
  element.append(...children);
  return element;
}

/** A button that does something. */
export function button(label, action, attributes = {}) {
  const element = el('button', { type: 'button', ...attributes }, ...[label].flat());
  element.addEventListener('click', action);
  return element;
}

/** What every field here says to those who would fill it in by themselves. */
export const PLAIN = {
  autocomplete: 'off',
  autocapitalize: 'off',
  autocorrect: 'off',
  spellcheck: 'false',
  'data-1p-ignore': true,
  'data-lpignore': 'true',
  'data-bwignore': true,
};

/** A labelled text field. */
export function field(id, label, { note, mono = false, value = '', rows, more = [], ...attributes } = {}) {
  const described = note === undefined ? undefined : `${id}-note`;
  const shared = { id, class: mono ? 'mono plain' : 'plain', 'aria-describedby': described, ...PLAIN, ...attributes };
  const input = rows ? el('textarea', { ...shared, rows: String(rows) }) : el('input', { type: 'text', ...shared });
  input.value = value;
  return el(
    'div',
    { class: 'field' },
    el('label', { for: id }, ...[label].flat()),
    input,
    ...(note === undefined ? [] : [el('p', { id: described, class: 'note' }, ...[note].flat())]),
    ...more,
  );
}

/** Replaces what an element holds, and hides it when that is nothing. */
export function show(element, ...children) {
  element.replaceChildren(...children);
  element.hidden = children.length === 0;
}

/** Sets a text only if it differs, because a live region is read again for every change. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const waiting = new Map();

/** The same once typing has paused. */
export function saySoon(element, text) {
  clearTimeout(waiting.get(element));
  waiting.set(element, setTimeout(say, 700, element, text));
}

/** What an error or an issue says, with its path set apart: `capability["a"]` is an empty list. */
export function sentence({ message, path }) {
  if (path === undefined || !message.startsWith(`${path} `)) return [message];
  return [el('code', {}, path), message.slice(path.length)];
}

/** A text in which names stand between backticks. */
export function prose(text) {
  // split keeps what the pattern captures, at every odd place.
  return text.split(/`([^`]*)`/).map((part, at) => (at % 2 === 1 ? el('code', {}, part) : part));
}

export function plural(count, word) {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
