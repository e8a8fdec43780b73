// A row for one resource, with its name and its operations as toggles. Creates the toggles when the row is first opened.
import { operationsOf, setOperations } from './capability-text.js';
import { el, say } from '../shared/dom.js';
import { GROUPS, OPERATIONS } from './operations.js';

export function showRow(row, entry, { problems, open, index }) {
  if (row.name.value !== entry.name) row.name.value = entry.name;
  const shown = entry.name.length > 60 ? `${entry.name.slice(0, 60)}…` : entry.name;
  row.name.setAttribute('aria-label', `Resource ${index + 1}`);
  row.toggle.setAttribute('aria-label', `Operations of ${shown}`);
  row.remove.setAttribute('aria-label', `Remove ${shown}`);
  row.toggle.setAttribute('aria-expanded', open);
  showBadge(row, problems);

  const operations = operationsOf(entry);
  say(
    row.summary,
    operations.length === 0 ? 'nothing' : operations.map((it) => (it === '*' ? 'every operation' : it)).join(', '),
  );
  row.summary.hidden = open;
  row.body.hidden = !open;
  if (!open) return;
  row.boxes ??= makeBoxes(row);
  row.group.setAttribute('aria-label', `Operations of ${shown}`);
  const all = operations.includes('*');
  for (const [name, box] of row.boxes) {
    box.checked = operations.includes(name);
    // A star includes every operation and excludes other entries.
    box.disabled = all && name !== '*' && !box.checked;
    box.parentElement.classList.toggle('granted', all && name !== '*');
  }
  const strange = [...new Set(operations.filter((it) => it !== '*' && !OPERATIONS.includes(it)))].slice(0, 20);
  row.strange.hidden = strange.length === 0;
  row.strange.lastChild.replaceChildren(...strange.map((name) => makeBox(row, name, true)));
}

function showBadge(row, problems) {
  const worst =
    problems.find(({ severity }) => severity === 'error') ??
    problems.find(({ severity }) => severity === 'warning') ??
    problems[0];
  row.badge.hidden = worst === undefined;
  row.item.className = `row ${worst?.severity ?? ''}`;
  row.name.setAttribute('aria-invalid', worst?.severity === 'error');
  if (worst === undefined) return;
  row.badge.className = `badge ${worst.severity}`;
  say(row.badge, String(problems.length));
  row.badge.title = problems
    .slice(0, 5)
    .map(({ message }) => message.slice(0, 300))
    .join('\n');
}

function makeBoxes(row) {
  const boxes = new Map();
  const box = (name, prefix) => {
    const label = makeBox(row, name, false, prefix);
    boxes.set(name, label.firstChild);
    return label;
  };
  row.strange = group('Others', []);
  row.strange.classList.add('strange');
  row.group = el(
    'div',
    { class: 'groups', role: 'group' },
    group('All', [box('*', '')]),
    ...GROUPS.map(([name, operations, prefix = '']) =>
      group(
        name,
        operations.map((it) => box(it, prefix)),
      ),
    ),
    row.strange,
  );
  row.body.append(row.group);
  return boxes;
}

const group = (name, boxes) =>
  el('div', { class: 'group' }, el('span', { class: 'group-name' }, name), el('div', { class: 'chips' }, ...boxes));

function makeBox(row, name, checked, prefix = '') {
  const shown = name === '*' ? 'every operation (*)' : name.slice(prefix.length);
  const input = el('input', {
    type: 'checkbox',
    autocomplete: 'off',
    checked,
    class: 'unseen',
    'aria-label': name === '*' ? shown : name.slice(0, 200),
  });
  input.addEventListener('input', (event) => {
    // The text determines the state, so other listeners must not see the click before the text changes.
    event.stopPropagation();
    const entry = row.entry();
    row.edit(setOperations(row.text(), entry, toggled(operationsOf(entry), name, input.checked)));
  });
  return el(
    'label',
    { class: checked ? 'chip unknown' : 'chip' },
    input,
    el('span', { title: name.slice(0, 200) }, shown),
  );
}

function toggled(operations, name, on) {
  if (name === '*') return on ? ['*'] : ['subscribe'];
  const others = operations.filter((it) => it !== name);
  return on ? [...others, name] : others;
}
