// Helpers for the page's elements. User input becomes text, never markup.

export const byId = (id) => document.getElementById(id);

/** Creates an element. An attribute that is true has an empty value; one that is false or undefined is omitted. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(attribute, value === true ? '' : value);
  element.append(...children);
  return element;
}

/** Creates a button with an action. */
export function button(label, action, attributes = {}) {
  const element = el('button', { type: 'button', ...attributes }, ...[label].flat());
  element.addEventListener('click', action);
  return element;
}

/** Attributes that turn off autocompletion, password managers and spell checking. */
export const PLAIN = {
  autocomplete: 'off',
  autocapitalize: 'off',
  autocorrect: 'off',
  spellcheck: 'false',
  'data-1p-ignore': true,
  'data-lpignore': 'true',
  'data-bwignore': true,
};

/** Creates a labelled text field. */
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

/** Replaces the contents of an element, and hides it if they are empty. */
export function show(element, ...children) {
  element.replaceChildren(...children);
  element.hidden = children.length === 0;
}

/** Sets a text only if it differs, because screen readers announce a live region after every change. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const waiting = new Map();

/** Delays an action until typing has paused. */
export function saySoon(element, text) {
  clearTimeout(waiting.get(element));
  waiting.set(element, setTimeout(say, 700, element, text));
}

/** The message of an error or a finding, with its path as code: `capability["a"]` is an empty list. */
export function sentence({ message, path }) {
  if (path === undefined || !message.startsWith(`${path} `)) return [message];
  return [el('code', {}, path), message.slice(path.length)];
}

/** Shows the names between backticks in a text as code. */
export function prose(text) {
  // split puts the captured names at the odd positions.
  return text.split(/`([^`]*)`/).map((part, at) => (at % 2 === 1 ? el('code', {}, part) : part));
}

export function plural(count, word) {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
