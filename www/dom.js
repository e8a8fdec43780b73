// The few things this page does with its elements. What people type becomes text, never markup.

export const byId = (id) => document.getElementById(id);

/** A new element: attributes by name, then texts and elements to hold. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
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
