// Copies the token, or code that uses or issues the same token.
import { byId, el, say } from '../shared/dom.js';
import { mode } from '../shared/environment.js';
import { SNIPPETS } from './snippets.js';
import { current } from './token.js';

/** The sandbox of the command line has the same keys as the one in this page. */
const SANDBOX = 'To try it without Ably, start a local sandbox: npx ably-edge-auth sandbox.';

export function startCopy(endpoint) {
  const select = byId('copy-what');
  select.append(
    el('option', { value: '' }, 'Copy as…'),
    ...Object.entries(SNIPPETS).map(([name, { label }]) => el('option', { value: name }, label)),
  );
  select.addEventListener('change', () => {
    if (select.value === '') return;
    const { label, note, write } = SNIPPETS[select.value];
    const { issued, inputs } = current;
    const text = write({
      token: issued.token,
      endpoint: endpoint(),
      options: { ...inputs, key: undefined, capability: issued.capability },
    });
    say(byId('snippet-title'), `As ${label}`);
    say(byId('snippet-note'), mode === 'sandbox' ? `${note} ${SANDBOX}` : note);
    byId('snippet').textContent = text;
    byId('snippet-part').hidden = false;
    select.value = '';
    copy(text, byId('snippet'));
  });
  byId('snippet-close').addEventListener('click', () => {
    closeSnippet();
    select.focus();
  });
  byId('copy').addEventListener('click', () => copy(current.issued.token, byId('token')));
}

/** Hides the code, which belongs to another token. */
export function closeSnippet() {
  byId('snippet-part').hidden = true;
  byId('snippet').textContent = '';
}

function copy(text, shown) {
  return copyText(text, shown, byId('copied'));
}

/** Pages on plain HTTP have no clipboard, so the text is selected for manual copying instead. */
export async function copyText(text, shown, said) {
  try {
    await navigator.clipboard.writeText(text);
    say(said, 'Copied.');
  } catch {
    getSelection().selectAllChildren(shown);
    say(said, 'Selected: copy it with your keyboard.');
  }
}
