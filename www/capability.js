// The capability: every problem while it is typed, the repairs that need no thought, canonical text.
import { byId, el, plural, say, saySoon, sentence, show } from './dom.js';
import { findRepair } from './repair.js';
import { checkCapability } from './pkg/wasm.js';

export function showCapability(text, clientId) {
  const report = checkCapability(text, { clientId });
  const summary = summarise(report.issues);
  say(byId('capability-count'), summary);
  saySoon(byId('capability-said'), [summary, ...report.issues.map(({ message }) => message)].join('. '));
  byId('capability').setAttribute('aria-invalid', !report.ok);
  show(byId('capability-issues'), ...report.issues.map((issue) => describe(issue, findRepair(text, report, issue))));

  byId('canonical-part').hidden = report.canonical === undefined;
  byId('canonical').textContent = report.canonical ?? '';
  byId('canonical-length').textContent = plural(report.canonical?.length ?? 0, 'character');
}

const SEVERITIES = { error: 'error', warning: 'warning', info: 'remark' };

function summarise(issues) {
  if (issues.length === 0) return 'No problems.';
  const counts = Object.entries(SEVERITIES)
    .map(([severity, word]) => [issues.filter((issue) => issue.severity === severity).length, word])
    .filter(([count]) => count > 0);
  return `${counts.map(([count, word]) => plural(count, word)).join(', ')}:`;
}

/** @param {{ start: number, end: number, text: string }} [repair] */
export function describe(issue, repair) {
  const item = el('li', { class: issue.severity }, el('strong', {}, SEVERITIES[issue.severity]), ' ', el('span', {}, ...sentence(issue)));
  if (repair) {
    const button = el('button', { type: 'button' }, 'Write ', el('code', {}, repair.text));
    button.addEventListener('click', () => apply(repair));
    item.append(' ', button);
  } else if (issue.suggestion !== undefined) {
    item.append(' ', el('span', { class: 'perhaps' }, 'Perhaps: ', el('code', {}, issue.suggestion)));
  }
  return item;
}

/** The button is gone afterwards, so the keyboard goes on where the text has changed. */
function apply({ start, end, text }) {
  const area = byId('capability');
  area.setRangeText(text, start, end, 'select');
  area.focus();
  area.dispatchEvent(new Event('input', { bubbles: true }));
}
