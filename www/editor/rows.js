// The capability as rows: one page of them at a time, with one open row.
import { addEntry, freshName, removeEntry, rename } from './capability-text.js';
import { button, byId, el, PLAIN, plural, say } from '../shared/dom.js';
import { showRow } from './row.js';

/** Rows on a page, so that a thousand resources are as fast as ten. */
const PAGE = 12;

let edit;
let latest;
let first = 0;
let opened = usual();
const pool = [];

export function startRows(given) {
  edit = given.edit;
  byId('add-row').addEventListener('click', add);
  byId('rows-before').addEventListener('click', () => turn(-PAGE));
  byId('rows-after').addEventListener('click', () => turn(PAGE));
}

/** On a small screen all rows are closed at first. */
function usual() {
  return matchMedia('(min-width: 52rem)').matches ? 0 : -1;
}

/** Called when the whole text is replaced. */
export function resetRows() {
  first = 0;
  opened = usual();
}

export function showRows(text, parsed, placed) {
  byId('rows-part').disabled = parsed === undefined;
  byId('rows-frozen').hidden = parsed !== undefined;
  if (parsed === undefined) return;
  latest = { text, parsed, problems: byEntry(placed) };
  draw();
}

function byEntry(placed) {
  const problems = new Map();
  for (const { diagnostic, place } of placed) {
    if (!place?.entry) continue;
    if (!problems.has(place.entry)) problems.set(place.entry, []);
    problems.get(place.entry).push(diagnostic);
  }
  return problems;
}

function draw() {
  const { entries } = latest.parsed;
  first = Math.max(0, Math.min(first, Math.floor((entries.length - 1) / PAGE) * PAGE));
  const shown = entries.slice(first, first + PAGE);
  while (pool.length < shown.length) pool.push(make(pool.length));
  for (const [at, entry] of shown.entries())
    showRow(pool[at], entry, {
      text: latest.text,
      problems: latest.problems.get(entry) ?? [],
      open: first + at === opened,
      index: first + at,
    });
  const list = byId('rows');
  while (list.children.length > shown.length) list.lastChild.remove();
  while (list.children.length < shown.length) list.append(pool[list.children.length].item);
  byId('pager').hidden = entries.length <= PAGE;
  say(byId('rows-shown'), `${first + 1} to ${first + shown.length} of ${plural(entries.length, 'resource')}`);
  byId('rows-before').disabled = first === 0;
  byId('rows-after').disabled = first + PAGE >= entries.length;
}

/** Creates the elements of one row, which are reused for other entries. */
function make(at) {
  const entry = () => latest.parsed.entries[first + at];
  const row = {
    name: el('input', { type: 'text', class: 'mono', ...PLAIN }),
    toggle: button(
      '',
      () => {
        opened = opened === first + at ? -1 : first + at;
        draw();
      },
      { class: 'toggle' },
    ),
    remove: button(
      '×',
      () => {
        edit(removeEntry(latest.parsed, first + at));
        (pool[Math.max(0, at - 1)].item.isConnected ? pool[Math.max(0, at - 1)].name : byId('add-row')).focus();
      },
      { class: 'quiet remove' },
    ),
    badge: el('span', { class: 'badge', hidden: true }),
    summary: el('span', { class: 'summary' }),
    body: el('div', { class: 'row-body', hidden: true }),
    edit: (change) => edit(change),
    entry,
    text: () => latest.text,
  };
  row.name.addEventListener('input', (event) => {
    event.stopPropagation();
    edit(rename(entry(), row.name.value));
  });
  row.name.addEventListener('click', () => {
    if (opened === first + at) return;
    opened = first + at;
    draw();
  });
  row.item = el(
    'li',
    { class: 'row' },
    el('div', { class: 'row-head' }, row.toggle, row.name, row.badge, row.remove),
    row.summary,
    row.body,
  );
  return row;
}

function add() {
  const { text, parsed } = latest;
  const at = parsed.entries.length;
  opened = at;
  first = Math.floor(at / PAGE) * PAGE;
  edit(addEntry(text, parsed, freshName(parsed.entries), ['subscribe']));
  const { name } = pool[at - first];
  name.focus();
  name.select();
}

function turn(by) {
  first = Math.max(0, first + by);
  opened = -1;
  draw();
}
