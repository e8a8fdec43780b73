// The states of the connected client, as a line above those of the tokens.
import { el, say } from '../shared/dom.js';

const NAMES = { asked: 'asked for a new token', disconnected: 'cut off' };

export function makeLane() {
  const life = el('span', { class: 'life' });
  const last = el('span', { class: 'fate' });
  const element = el(
    'div',
    { class: 'lane', hidden: true },
    el('span', { class: 'lamp', 'aria-hidden': 'true' }),
    el('span', { class: 'who' }, el('strong', {}, 'Client')),
    life,
    last,
  );
  let drawn = 0;

  return {
    element,
    /**
     * @param {{ state: string, at: number, code?: number }[]} states
     * @param {(ms: number) => number} place where a time is on the line, in percent
     */
    draw(states, now, place) {
      element.hidden = states.length === 0;
      if (states.length === 0) return;
      const { state, code } = states.at(-1);
      element.dataset.state = state;
      say(last, `${NAMES[state] ?? state}${code === undefined ? '' : ` · ${code}`}`);
      if (drawn !== states.length)
        life.replaceChildren(...states.map((it) => el('span', { class: 'phase', 'data-state': it.state })));
      drawn = states.length;
      states.forEach(({ at }, index) => {
        const from = place(at);
        const { style } = life.children[index];
        style.left = `${from}%`;
        style.width = `${place(states[index + 1]?.at ?? now) - from}%`;
      });
    },
  };
}
