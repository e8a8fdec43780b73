// The marks under the text of the capability: the same text lies beneath it, invisible but for them.
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
  // A last line that is empty would otherwise have no height.
  parts.push(`${text.slice(at)}\n`);
  byId('marks').replaceChildren(...parts);
}
