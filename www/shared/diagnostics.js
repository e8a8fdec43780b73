// Shows findings as a list, with a button for those that a click can fix.
import { button, el, plural, sentence } from './dom.js';

/** The maximum number of findings in a list. The others appear as these are fixed. */
const MAX_SHOWN = 30;

export const SEVERITIES = { error: 'error', warning: 'warning', info: 'note' };

export function summarise(diagnostics) {
  if (diagnostics.length === 0) return 'No problems.';
  const counts = Object.entries(SEVERITIES)
    .map(([severity, word]) => [diagnostics.filter((diagnostic) => diagnostic.severity === severity).length, word])
    .filter(([count]) => count > 0);
  return `${counts.map(([count, word]) => plural(count, word)).join(', ')}:`;
}

/**
 * @param {(diagnostic: object) => { text: string } | undefined} [findRepair]
 * @param {(repair: object) => void} [repair]
 */
export function describeAll(diagnostics, findRepair = () => undefined, repair) {
  const items = diagnostics
    .slice(0, MAX_SHOWN)
    .map((diagnostic) => describe(diagnostic, findRepair(diagnostic), repair));
  if (diagnostics.length > MAX_SHOWN)
    items.push(el('li', { class: 'info' }, el('span', {}, `and ${diagnostics.length - MAX_SHOWN} more`)));
  return items;
}

function describe(diagnostic, found, repair) {
  const item = el(
    'li',
    { class: diagnostic.severity },
    el('strong', {}, SEVERITIES[diagnostic.severity]),
    ' ',
    el('span', {}, ...sentence(diagnostic)),
  );
  if (found)
    item.append(
      ' ',
      button(['Replace by ', el('code', {}, found.text)], () => repair(found)),
    );
  else if (diagnostic.suggestion !== undefined)
    item.append(' ', el('span', { class: 'perhaps' }, 'Did you mean ', el('code', {}, diagnostic.suggestion)));
  return item;
}
