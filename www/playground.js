// Passes the contents of the form to each area of the page. The areas are independent of each other.
import { showCapability, startCapability } from './editor/capability.js';
import { closeSnippet, startCopy } from './issue/copy.js';
import { byId, show } from './shared/dom.js';
import { showSummaries, startFolds } from './issue/fold.js';
import {
  readInputs,
  readKeyCapability,
  readShared,
  rowChoice,
  showFurther,
  usePreset,
  writeShared,
} from './issue/form.js';
import { showGlance, startGlance } from './issue/glance.js';
import { chosenKey, keyWasTyped, showKey, startKey } from './issue/key.js';
import { decode, keep, keepNow, shareLink } from './issue/link.js';
import { showMatrix, startMatrix } from './editor/permission-matrix.js';
import { endpoint, mode, startMode } from './shared/environment.js';
import { keepOffline } from './shared/offline.js';
import { readPreset } from './editor/presets.js';
import { resetRows } from './editor/rows.js';
import { current, forget, issue, showStale, tick } from './issue/token.js';
import { isView, open, startViews, view } from './shared/views.js';
import { addToken } from './shared/token-store.js';

/** From this length on, a capability is too slow to analyse completely after each keystroke. */
const LONG = 8000;
let later;

const state = () => ({ ...readShared(), view });
const context = {
  current: () => current,
  issue: issueNow,
  explain(given) {
    scrollTo({ top: 0 });
    return open('errors', context, given);
  },
};

/** @param {object | undefined} kept the state of a link or of an earlier visit, which the form already shows */
export function start(kept) {
  const form = byId('inputs');
  form.addEventListener('input', ({ target }) => {
    // Typing a client id selects it.
    if (target.id === 'client-id') byId('client-given').checked = true;
    if (target.id === 'key') keyWasTyped();
    changed();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    issueNow();
    bringIntoView();
  });
  for (const [id, event] of Object.entries({ channels: 'input', 'row-choice': 'change' }))
    byId(id).addEventListener(event, () => {
      refresh();
      keep(state);
    });
  startKey(changed);
  startCapability();
  startMatrix(() => showGlance(current));
  startFolds();
  startGlance();
  startCopy(endpoint);
  startMode(() => {
    forget();
    show(byId('waiting'), 'No token yet. Enter a key and issue one.');
    closeSnippet();
    refresh();
    if (mode === 'sandbox') issue(readInputs(), readKeyCapability());
    showGlance(current);
  });
  for (const choice of byId('presets').children) {
    choice.disabled = false;
    choice.addEventListener('click', async () => {
      const preset = await readPreset(choice.value);
      resetRows();
      usePreset(preset);
      refresh();
      issueNow();
    });
  }
  byId('share').addEventListener('click', () => shareLink(state));
  startViews(context, () => keep(state));
  addEventListener('hashchange', takeLink);
  addEventListener('pagehide', () => keepNow(state));
  setInterval(() => {
    tick();
    showGlance(current);
  }, 1000);

  refresh();
  // The page issues the first token by itself, so it joins the list only when it is used. The form may have changed since.
  if (JSON.stringify(current?.inputs) !== JSON.stringify(readInputs())) showStale();
  showGlance(current);
  for (const id of ['issue', 'mode', 'share', 'row-choice']) byId(id).disabled = false;
  if (isView(kept?.view) && kept.view !== 'issue') open(kept.view, context);
  keepOffline();
}

function changed() {
  refresh();
  showStale();
  showGlance(current);
  keep(state);
}

function refresh() {
  const inputs = readInputs();
  const given = readKeyCapability();
  const keyCapability = showKey(inputs.key, given) ? given : undefined;
  showFurther();
  showSummaries(inputs);
  clearTimeout(later);
  const all = () => {
    showCapability(inputs.capability, { clientId: inputs.clientId, keyCapability });
    showMatrix({ ...inputs, keyCapability }, byId('channels').value, rowChoice());
  };
  if (inputs.capability.length < LONG) return all();
  // Shows problems of the text immediately, and updates everything else when typing pauses.
  showCapability(inputs.capability, { clientId: inputs.clientId });
  later = setTimeout(all, 200);
}

function issueNow() {
  closeSnippet();
  const [inputs, given] = [readInputs(), readKeyCapability()];
  const made = issue(inputs, showKey(inputs.key, given) ? given : undefined);
  showGlance(current);
  if (made) addToken(made);
  keep(state);
  return made;
}

/** Scrolls to the token, which is far from the button on a narrow screen. */
function bringIntoView() {
  const { top, bottom } = byId('token-title').getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) byId('token-title').scrollIntoView({ block: 'start' });
}

/** Handles a link that is opened while the page is shown. It never signs with a key that the user has typed. */
function takeLink() {
  const linked = decode(location.hash);
  if (!linked) return;
  writeShared(linked, { withKey: chosenKey() !== 'own' });
  resetRows();
  changed();
  if (isView(linked.view)) open(linked.view, context);
}
