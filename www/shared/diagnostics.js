// What is wrong or odd, as a list with a button where a click puts it right.
import { button, el, plural, sentence } from './dom.js';

/** More than anybody reads; the others come up as these are mended. */
const MAX_SHOWN = 30;

export const SEVERITIES = { error: 'error', warning: 'warning', info: 'remark' };

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
      button(['Write ', el('code', {}, found.text)], () => repair(found)),
    );
  else if (issue.suggestion !== undefined)
    item.append(' ', el('span', { class: 'perhaps' }, 'Perhaps: ', el('code', {}, issue.suggestion)));
  return item;
}
