// The matrix of channels and operations, or of rooms and features. The focused cell explains its result.
import { byId, el, prose, say, show } from '../shared/dom.js';
import { told } from '../shared/error.js';
import { MARKS, readCells, WORDS } from './permission-matrix-data.js';
import { GROUPS } from './operations.js';

/** More channels than fit on a screen. */
const MAX_CHANNELS = 24;

/** What the columns are, by what the rows are. */
const COLUMNS = { operations: 'channel', chat: 'room', spaces: 'space', aiTransport: 'conversation' };
const capitalized = (word) => word[0].toUpperCase() + word.slice(1);

/** By what the rows are: their heading, their names in groups, and the function that reads the cells. */
const rowsOf = new Map([
  ['operations', { title: 'Operation', groups: GROUPS.map(([, operations]) => operations), read: readCells }],
]);

let names = rowsOf.get('operations').groups.flat();
let latest;
let cells;
let channels = [];
let chosen = { row: 0, column: 0 };
let shape;

let answered = () => {};

/** @param {() => void} onAnswer called after each answer, and when there is none */
export function startMatrix(onAnswer) {
  answered = onAnswer;
  const table = byId('matrix');
  table.addEventListener('click', ({ target }) => choose(target.closest('td')));
  table.addEventListener('focusin', ({ target }) => choose(target.closest('td')));
  table.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const row =
      step[0] === 0
        ? chosen.row
        : step[0] === Infinity
          ? names.length - 1
          : Math.max(0, Math.min(names.length - 1, chosen.row + step[0]));
    const column = step[1] === -Infinity ? 0 : Math.max(0, Math.min(channels.length - 1, chosen.column + step[1]));
    cellAt(row, column)?.focus();
  });
}

const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
  PageUp: [-5, 0],
  PageDown: [5, 0],
};

const cellAt = (row, column) => byId('matrix').querySelectorAll('tbody tr')[row]?.children[column + 1];

export function readChannels(text) {
  return [
    ...new Set(
      text
        .split(/[,\n]/)
        .map((it) => it.trim())
        .filter((it) => it !== ''),
    ),
  ].slice(0, MAX_CHANNELS);
}

/** Loads what only the features need. */
async function load(kind) {
  const { featureRows } = await import('./features.js');
  rowsOf.set(kind, featureRows(kind));
}

/** @param {'operations' | 'chat' | 'spaces' | 'aiTransport'} kind what the rows are */
export async function showMatrix(asked, channelText, kind) {
  latest = [asked, channelText, kind];
  say(byId('channels-label'), `${capitalized(COLUMNS[kind])}s to check`);
  if (!rowsOf.has(kind)) {
    try {
      await load(kind);
    } catch (error) {
      say(byId('matrix-problem'), `The features could not be loaded: ${error.message}`);
      return;
    }
    // Something else may have been typed or chosen meanwhile.
    return showMatrix(...latest);
  }
  const { title, groups, read } = rowsOf.get(kind);
  names = groups.flat();
  cells = read(asked);
  channels = readChannels(channelText);
  const problem = cells.error ? told(cells.error) : channels.length === 0 ? `Enter a ${COLUMNS[kind]}.` : '';
  say(byId('matrix-problem'), problem);
  byId('matrix-part').classList.toggle('pale', problem !== '');
  if (problem !== '') {
    turn++;
    show(byId('answer'));
    answered();
    return;
  }
  draw(title, groups);
  chosen.column = Math.min(chosen.column, channels.length - 1);
  chosen.row = Math.min(chosen.row, names.length - 1);
  explain();
  await fillAll(cells.verdict);
}

/** The page answers keys and clicks in between: a cell of a long capability takes a while, and there are hundreds. */
const SLICE_MS = 50;
let turn = 0;

async function fillAll(verdict) {
  const own = ++turn;
  const part = byId('matrix-part');
  let since = performance.now();
  for (const [row, line] of [...byId('matrix').querySelectorAll('tbody tr')].entries())
    for (const [column, channel] of channels.entries()) {
      fill(line.children[column + 1], verdict(names[row], channel), names[row], channel);
      if (performance.now() - since < SLICE_MS) continue;
      part.classList.add('pale');
      await new Promise((resume) => setTimeout(resume));
      // Whatever came meanwhile fills the cells itself.
      if (own !== turn) return;
      since = performance.now();
    }
  part.classList.remove('pale');
}

function fill(cell, state, name, channel) {
  if (cell.dataset.state === state) return;
  cell.dataset.state = state;
  cell.className = `cell ${state}`;
  cell.textContent = MARKS[state];
  cell.setAttribute('aria-label', `${name} on ${channel.slice(0, 80)}: ${WORDS[state]}`);
}

/** Creates elements only if the channels or the rows have changed. */
function draw(title, groups) {
  const wanted = JSON.stringify([names, channels]);
  if (wanted === shape) return;
  shape = wanted;
  const head = el(
    'thead',
    {},
    el(
      'tr',
      {},
      el('th', { scope: 'col' }, title),
      ...channels.map((channel) => el('th', { scope: 'col', title: channel }, el('code', {}, channel))),
    ),
  );
  const bodies = groups.map((group) => el('tbody', {}, ...group.map(makeLine)));
  byId('matrix').replaceChildren(head, ...bodies);
}

function makeLine(name) {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('code', {}, name)),
    ...channels.map(() => el('td', { tabindex: '-1', role: 'gridcell' })),
  );
}

function choose(cell) {
  if (!cell || cells.error) return;
  const line = cell.parentElement;
  chosen = { row: [...byId('matrix').querySelectorAll('tbody tr')].indexOf(line), column: cell.cellIndex - 1 };
  explain();
}

let last;

function explain() {
  const cell = cellAt(chosen.row, chosen.column);
  for (const old of byId('matrix').querySelectorAll('td[tabindex="0"]'))
    if (old !== cell) {
      old.tabIndex = -1;
      old.removeAttribute('aria-selected');
    }
  cell.tabIndex = 0;
  cell.setAttribute('aria-selected', 'true');
  const { state, message, also } = cells.explain(names[chosen.row], channels[chosen.column]);
  const said = JSON.stringify([state, message, also]);
  if (said === last && !byId('answer').hidden) return;
  last = said;
  const parts = [el('p', {}, el('strong', { class: `verdict ${state}` }, WORDS[state]), ' ', ...prose(message))];
  if (also.length > 0) parts.push(el('ul', {}, ...also.slice(0, 5).map((reason) => el('li', {}, ...prose(reason)))));
  show(byId('answer'), ...parts);
  answered();
}
