// The capability editor. The text is the source; the rows are a view of it.
import { readCapability } from './capability-text.js';
import { byId, plural, say, saySoon, show } from '../shared/dom.js';
import { describeAll, summarise } from '../shared/diagnostics.js';
import { mark } from './text-markers.js';
import { findPlace, findRepair } from './quick-fix.js';
import { showRows, startRows } from './rows.js';
import { checkCapability } from '../pkg/lib/capability.js';

/** The maximum length of a token; see token.js. */
const MAX_LIVE_LENGTH = 8000;

export function startCapability() {
  startRows({ edit });
}

/** Applies a change from a row or a suggestion, and keeps the cursor in its place. */
export function edit({ start, end, text }) {
  const area = byId('capability');
  area.setRangeText(text, start, end, 'preserve');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Applies a suggestion. Its button disappears, so the focus moves to the changed text. */
function repair(found) {
  edit(found);
  const area = byId('capability');
  area.focus();
  area.setSelectionRange(found.start, found.start + found.text.length);
}

export function showCapability(text, { clientId, keyCapability }) {
  let report = checkCapability(text, { clientId });
  // Findings about the key are shown only if the capability itself is valid.
  if (report.ok && keyCapability !== undefined) report = checkCapability(text, { clientId, keyCapability });
  const parsed = readCapability(text);
  const placed = report.diagnostics.map((diagnostic) => ({ diagnostic, place: findPlace(text, parsed, diagnostic) }));
  mark(
    text,
    placed.filter(({ place }) => place).map(({ diagnostic, place }) => ({ ...place, severity: diagnostic.severity })),
  );
  showRows(text, parsed, placed);

  const summary = summarise(report.diagnostics);
  say(byId('capability-count'), summary);
  saySoon(
    byId('capability-said'),
    [summary, ...report.diagnostics.slice(0, 5).map(({ message }) => message)].join('. '),
  );
  byId('capability').setAttribute('aria-invalid', !report.ok);
  const repairs = new Map(report.diagnostics.map((diagnostic) => [diagnostic, findRepair(text, parsed, diagnostic)]));
  // What no single place shows, such as operation and channel the other way round, is mended as a whole.
  const first = report.diagnostics.find(({ severity }) => severity === 'error');
  if (report.suggestion !== undefined && ![...repairs.values()].some(Boolean))
    repairs.set(first, { start: 0, end: text.length, text: report.suggestion });
  show(
    byId('capability-diagnostics'),
    ...describeAll(report.diagnostics, (diagnostic) => repairs.get(diagnostic), repair),
  );
  showCanonical(report.canonical);
  return { report, parsed };
}

function showCanonical(canonical) {
  byId('canonical-part').hidden = canonical === undefined;
  if (canonical === undefined) return;
  say(byId('canonical'), canonical);
  say(byId('canonical-length'), plural(canonical.length, 'character'));
  say(byId('canonical-share'), `; uses ${share(canonical)} of a token’s maximum of 8 KB`);
}

/** The share of the maximum token length that the capability takes as a claim: JSON inside JSON, then base64. */
function share(canonical) {
  const bytes = new TextEncoder().encode(JSON.stringify(canonical)).length;
  const percent = (bytes * 4) / 3 / (MAX_LIVE_LENGTH / 100);
  return percent < 1 ? 'under 1 %' : `${Math.round(percent)} %`;
}
