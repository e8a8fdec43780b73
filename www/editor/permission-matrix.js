// The matrix of channels and operations. The focused cell explains its result.
import { byId, el, prose, say, show } from '../shared/dom.js';
import { told } from '../shared/error.js';
import { MARKS, readCells, WORDS } from './permission-matrix-data.js';
import { GROUPS, OPERATIONS } from './operations.js';

/** More channels than fit on a screen. */
const MAX_CHANNELS = 24;

let cells;
let channels = [];
let chosen = { row: 0, column: 0 };
let shape;

export function startMatrix() {
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
          ? OPERATIONS.length - 1
          : Math.max(0, Math.min(OPERATIONS.length - 1, chosen.row + step[0]));
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

export function showMatrix(asked, channelText) {
  cells = readCells(asked);
  channels = readChannels(channelText);
  const problem = cells.error ? told(cells.error) : channels.length === 0 ? 'Enter a channel.' : '';
  say(byId('matrix-problem'), problem);
  byId('matrix-part').classList.toggle('pale', problem !== '');
  if (problem !== '') {
    show(byId('answer'));
    return;
  }
  draw();
  const { verdict } = cells;
  const rows = byId('matrix').tBodies;
  let row = 0;
  for (const body of rows)
    for (const line of body.rows) {
      for (const [column, channel] of channels.entries())
        fill(line.children[column + 1], verdict(OPERATIONS[row], channel), OPERATIONS[row], channel);
      row++;
    }
  chosen.column = Math.min(chosen.column, channels.length - 1);
  explain();
}

function fill(cell, state, operation, channel) {
  if (cell.dataset.state === state) return;
  cell.dataset.state = state;
  cell.className = `cell ${state}`;
  cell.textContent = MARKS[state];
  cell.setAttribute('aria-label', `${operation} on ${channel.slice(0, 80)}: ${WORDS[state]}`);
}

/** Creates elements only if the channels have changed. */
function draw() {
  const wanted = JSON.stringify(channels);
  if (wanted === shape) return;
  shape = wanted;
  const head = el(
    'thead',
    {},
    el(
      'tr',
      {},
      el('th', { scope: 'col' }, 'Operation'),
      ...channels.map((channel) => el('th', { scope: 'col', title: channel }, el('code', {}, channel))),
    ),
  );
  const bodies = GROUPS.map(([, operations]) => el('tbody', {}, ...operations.map(makeLine)));
  byId('matrix').replaceChildren(head, ...bodies);
}

function makeLine(operation) {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('code', {}, operation)),
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
  const { state, message, also } = cells.explain(OPERATIONS[chosen.row], channels[chosen.column]);
  const said = JSON.stringify([state, message, also]);
  if (said === last && !byId('answer').hidden) return;
  last = said;
  const parts = [el('p', {}, el('strong', { class: `verdict ${state}` }, WORDS[state]), ' ', ...prose(message))];
  if (also.length > 0)
    parts.push(el('ul', {}, ...also.slice(0, 5).map((reason) => el('li', {}, 'also: ', ...prose(reason)))));
  show(byId('answer'), ...parts);
}
