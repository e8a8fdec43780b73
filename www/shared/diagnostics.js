// Shows findings as a list, with a button for those that a click can fix.
import { button, el, plural, sentence } from './dom.js';

/** The maximum number of findings in a list. The others appear as these are fixed. */
const MAX_SHOWN = 30;

export const SEVERITIES = { error: 'error', warning: 'warning', info: 'note' };

export function summarise(issues) {
  if (issues.length === 0) return 'No problems.';
  const counts = Object.entries(SEVERITIES)
    .map(([severity, word]) => [issues.filter((issue) => issue.severity === severity).length, word])
    .filter(([count]) => count > 0);
  return `${counts.map(([count, word]) => plural(count, word)).join(', ')}:`;
}

/**
 * @param {(issue: object) => { text: string } | undefined} [findRepair]
 * @param {(repair: object) => void} [repair]
 */
export function describeAll(issues, findRepair = () => undefined, repair) {
  const items = issues.slice(0, MAX_SHOWN).map((issue) => describe(issue, findRepair(issue), repair));
  if (issues.length > MAX_SHOWN)
    items.push(el('li', { class: 'info' }, el('span', {}, `and ${issues.length - MAX_SHOWN} more`)));
  return items;
}

function describe(issue, found, repair) {
  const item = el(
    'li',
    { class: issue.severity },
    el('strong', {}, SEVERITIES[issue.severity]),
    ' ',
    el('span', {}, ...sentence(issue)),
  );
  if (found)
    item.append(
      ' ',
      button(['Replace by ', el('code', {}, found.text)], () => repair(found)),
    );
  else if (issue.suggestion !== undefined)
    item.append(' ', el('span', { class: 'perhaps' }, 'Did you mean ', el('code', {}, issue.suggestion)));
  return item;
}
