// The capability: text and rows are two views of one thing, which is the text.
import { readCapability } from './capability-text.js';
import { byId, plural, say, saySoon, show } from '../shared/dom.js';
import { describeAll, summarise } from '../shared/diagnostics.js';
import { mark } from './text-markers.js';
import { findPlace, findRepair } from './quick-fix.js';
import { showRows, startRows } from './rows.js';
import { checkCapability } from '../pkg/wasm.js';

/** What a token may have; see token.js. */
const MAX_LIVE_LENGTH = 8000;

export function startCapability() {
  startRows({ edit });
}

/** One change of the text, from a row or a suggestion; where the cursor is, it stays. */
export function edit({ start, end, text }) {
  const area = byId('capability');
  area.setRangeText(text, start, end, 'preserve');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The button is gone afterwards, so the keyboard goes on where the text has changed. */
function repair(found) {
  edit(found);
  const area = byId('capability');
  area.focus();
  area.setSelectionRange(found.start, found.start + found.text.length);
}

export function showCapability(text, { clientId, keyCapability }) {
  let report = checkCapability(text, { clientId });
  // What the key takes away is worth saying of what could be issued at all.
  if (report.ok && keyCapability !== undefined) report = checkCapability(text, { clientId, keyCapability });
  const parsed = readCapability(text);
  const placed = report.issues.map((issue) => ({ issue, place: findPlace(text, parsed, issue) }));
  mark(
    text,
    placed.filter(({ place }) => place).map(({ issue, place }) => ({ ...place, severity: issue.severity })),
  );
  showRows(text, parsed, placed);

  const summary = summarise(report.issues);
  say(byId('capability-count'), summary);
  saySoon(byId('capability-said'), [summary, ...report.issues.slice(0, 5).map(({ message }) => message)].join('. '));
  byId('capability').setAttribute('aria-invalid', !report.ok);
  show(byId('capability-issues'), ...describeAll(report.issues, (issue) => findRepair(text, parsed, issue), repair));
  showCanonical(report.canonical);
  return { report, parsed };
}

function showCanonical(canonical) {
  byId('canonical-part').hidden = canonical === undefined;
  if (canonical === undefined) return;
  say(byId('canonical'), canonical);
  say(byId('canonical-length'), plural(canonical.length, 'character'));
  say(byId('canonical-share'), `; in a token ${share(canonical)} of the 8 KB it may have`);
}

/** The claim is JSON in JSON, then base64: what the capability itself takes of the most that a token may have. */
function share(canonical) {
  const bytes = new TextEncoder().encode(JSON.stringify(canonical)).length;
  const percent = (bytes * 4) / 3 / (MAX_LIVE_LENGTH / 100);
  return percent < 1 ? 'under 1 %' : `${Math.round(percent)} %`;
}
