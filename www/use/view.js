// Use and revoke: the issued tokens with their lifetimes, a connected client, calls with one of them, and revocation.
import { button, el, show } from '../shared/dom.js';
import { mode, network, onSwitch } from '../shared/environment.js';
import { startClient } from './client.js';
import { startRevoke } from './revoke.js';
import { startTimeline } from './timeline.js';
import { startUse } from './rest-calls.js';
import { addToken, forgetTokens, onTokensChange, ready } from '../shared/token-store.js';

export async function start(part, { current, issue, explain }) {
  const lives = el('div', {});
  const clientPart = el('section', { class: 'card', 'aria-labelledby': 'connected-title' });
  const usePart = el('section', { class: 'card', 'aria-labelledby': 'use-title' });
  const revokePart = el('section', { class: 'card', 'aria-labelledby': 'revoke-title' });
  const reset = button(
    'Reset sandbox',
    async () => {
      await forgetTokens();
      if (mode === 'sandbox') await (await import('../shared/sandbox.js')).resetSandbox();
    },
    { class: 'quiet', id: 'reset-sandbox' },
  );
  const another = button('Issue another', () => issue(), { id: 'issue-another' });
  show(
    part,
    el(
      'section',
      { class: 'card', 'aria-labelledby': 'lives-title' },
      el(
        'div',
        { class: 'head' },
        el('h2', { id: 'lives-title' }, 'Issued tokens'),
        el('div', { class: 'copies' }, reset, another),
      ),
      lives,
    ),
    el('div', { class: 'halves' }, clientPart, revokePart),
    usePart,
  );

  const problem = el('p', { class: 'notice warning', hidden: true });
  part.prepend(problem);
  const showProblem = (words) =>
    show(problem, ...(words === undefined ? [] : [`A reload will discard your changes: ${words}.`]));
  let client;
  const timeline = startTimeline(
    lives,
    () => refresh(),
    () => client.seen(),
  );
  client = startClient(clientPart, timeline.chosen, { changed: () => timeline.draw(), explain });
  const use = startUse(usePart, timeline.chosen, explain);
  const revoke = startRevoke(revokePart, timeline.chosen, {
    confirmed: () => client.bringIntoView(),
    done: () => timeline.draw(),
  });
  const refresh = () => {
    timeline.draw();
    client.refresh();
    use.refresh();
    revoke.refresh();
  };
  // Disables the buttons until there is a token.
  refresh();
  let known = 0;
  onTokensChange(() => {
    const newest = timeline.newest();
    if (newest !== known) timeline.pick((known = newest));
    else refresh();
  });
  onSwitch(refresh);
  setInterval(() => {
    if (part.hidden) return;
    timeline.draw();
    client.draw();
  }, 1000);

  return {
    async opened() {
      await ready();
      // Includes the token that the page issued by itself.
      const shown = current();
      if (shown) timeline.pick((await addToken(shown)).id);
      refresh();
      // Loads the sandbox now, so that the first click does not wait for it.
      if (mode === 'sandbox') showProblem((await network()).sandbox.problem);
    },
  };
}
