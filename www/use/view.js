// Use and revoke: the tokens with their lives, calls made with one of them, revocation.
import { button, el, show } from '../shared/dom.js';
import { mode, network, onSwitch } from '../shared/environment.js';
import { startRevoke } from './revoke.js';
import { startTimeline } from './timeline.js';
import { startUse } from './rest-calls.js';
import { addToken, emptyWallet, onWallet, ready } from '../shared/token-store.js';

export async function start(part, { current, issue }) {
  const lives = el('div', {});
  const usePart = el('section', { class: 'card', 'aria-labelledby': 'use-title' });
  const revokePart = el('section', { class: 'card', 'aria-labelledby': 'revoke-title' });
  const reset = button(
    'Start afresh',
    async () => {
      if (mode === 'sandbox') await (await import('../shared/sandbox.js')).startAfresh();
      else await emptyWallet();
    },
    { class: 'quiet', id: 'start-afresh' },
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
    el('div', { class: 'halves' }, usePart, revokePart),
  );

  const problem = el('p', { class: 'notice warning', hidden: true });
  part.prepend(problem);
  const showProblem = (words) =>
    show(problem, ...(words === undefined ? [] : [`A reload will forget what you do here: ${words}.`]));
  const timeline = startTimeline(lives, () => refresh());
  const use = startUse(usePart, timeline.chosen);
  const revoke = startRevoke(revokePart, timeline.chosen, () => timeline.draw());
  const refresh = () => {
    timeline.draw();
    use.refresh();
    revoke.refresh();
  };
  // Without a token nothing can be clicked yet.
  refresh();
  let known = 0;
  onWallet(() => {
    const newest = timeline.newest();
    if (newest !== known) timeline.pick((known = newest));
    else refresh();
  });
  onSwitch(refresh);
  setInterval(() => {
    if (!part.hidden) timeline.draw();
  }, 1000);

  return {
    async opened() {
      await ready();
      // The token that is shown is one of them, though nobody has pressed the button for it.
      const shown = current();
      if (shown) timeline.pick((await addToken(shown)).id);
      refresh();
      // So that the first click has not to wait for it.
      if (mode === 'sandbox') showProblem((await network()).sandbox.problem);
    },
  };
}
