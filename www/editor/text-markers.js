// Underlines problems in the capability's text, by marks in an invisible copy of the text beneath it.
import { byId, el } from '../shared/dom.js';

let last;

/** @param {{ start: number, end: number, severity: string }[]} places */
export function mark(text, places) {
  const state = `${places.map(({ start, end, severity }) => `${start}-${end}${severity}`)}|${text}`;
  if (state === last) return;
  last = state;
  const parts = [];
  let at = 0;
  for (const { start, end, severity } of [...places].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    parts.push(text.slice(at, start), el('mark', { class: severity }, text.slice(start, end)));
    at = end;
  }
  // An empty last line would have no height otherwise.
  parts.push(`${text.slice(at)}\n`);
  byId('marks').replaceChildren(...parts);
}
