// The issued tokens, each with its lifetime as a line: when it starts and ends, and why it ends.
import { el, plural, say } from '../shared/dom.js';
import { makeLane } from './client-lane.js';
import { fateOf } from './token-status.js';
import { clock, span } from '../shared/time.js';
import { heldRevocations, heldTokens, keyCapabilityOf, keyOf } from '../shared/token-store.js';

const LEAST_SPAN = 30_000;
/** With a client the line shows its last minutes, so that a margin of 30 s can be seen. */
const CLIENT_SPAN = 120_000;

/**
 * @param {(id: number) => void} choose
 * @param {() => { states: object[], usedId?: number }} client what there is to see of the client
 */
export function startTimeline(element, choose, client) {
  const list = el('div', { class: 'lives', role: 'radiogroup', 'aria-label': 'Issued tokens' });
  const axis = el('p', { class: 'note axis' });
  const empty = el('p', { class: 'note' }, 'No token has been issued yet.');
  const lane = makeLane();
  element.append(empty, lane.element, list, axis);
  const lines = new Map();
  let chosen;

  const make = (held) => {
    const input = el('input', { type: 'radio', name: 'held', value: String(held.id), autocomplete: 'off' });
    input.addEventListener('change', () => pick(held.id));
    const line = {
      input,
      life: el('span', { class: 'life' }),
      bar: el('span', { class: 'lived' }),
      cut: el('span', { class: 'cut', hidden: true }),
      fate: el('span', { class: 'fate' }),
      used: el('span', { class: 'used', hidden: true }, 'client'),
    };
    line.life.append(line.bar, line.cut);
    const name =
      held.clientId === undefined ? 'no client id' : held.clientId === '*' ? 'any client id (*)' : held.clientId;
    const about = [
      clock(held.issued),
      held.keyName,
      ...(held.revocationKey === undefined ? [] : [`group ${held.revocationKey}`]),
    ].join(' · ');
    line.item = el(
      'label',
      { class: 'line' },
      input,
      el('span', { class: 'who' }, el('span', {}, el('strong', {}, name), line.used), el('small', {}, about)),
      line.life,
      line.fate,
    );
    return line;
  };

  const pick = (id) => {
    chosen = id;
    choose(id);
  };

  const draw = () => {
    const now = Date.now();
    const all = heldTokens();
    empty.hidden = all.length > 0;
    for (const [id, line] of lines)
      if (!all.some((held) => held.id === id)) {
        line.item.remove();
        lines.delete(id);
      }
    const fates = all.map((held) => fateOf(held, keyOf(held), keyCapabilityOf(held), heldRevocations(), now));
    const { states, usedId } = client();
    const first = Math.min(now, ...all.map(({ issued }) => issued));
    const from = states.length === 0 ? first : Math.max(first, now - CLIENT_SPAN);
    const to = Math.max(from + LEAST_SPAN, now, ...fates.filter(({ state }) => state === 'margin').map(({ at }) => at));
    const percent = (ms) => (Math.max(0, Math.min(ms, to) - from) / (to - from)) * 100;
    const place = (ms) => `${percent(ms)}%`;
    lane.draw(states, now, percent);
    all.forEach((held, at) => {
      if (!lines.has(held.id)) {
        const line = make(held);
        lines.set(held.id, line);
        list.prepend(line.item);
      }
      const line = lines.get(held.id);
      const { state, at: end, by } = fates[at];
      line.input.checked = held.id === (chosen ?? all.at(-1).id);
      line.item.dataset.state = state;
      line.bar.style.left = place(held.issued);
      line.bar.style.width = `calc(${place(Math.min(end, now))} - ${place(held.issued)} + 2px)`;
      line.used.hidden = held.id !== usedId;
      line.cut.hidden = state === 'alive';
      line.cut.style.left = place(end);
      say(line.fate, SAID[state](end, by, now));
    });
    say(axis, all.length === 0 ? '' : `${clock(from)} to ${clock(to)}, ${plural(all.length, 'token')}`);
  };

  return {
    draw,
    pick,
    newest: () => heldTokens().at(-1)?.id ?? 0,
    chosen: () => heldTokens().find(({ id }) => id === chosen) ?? heldTokens().at(-1),
  };
}

const seconds = (ms) => span(Math.max(0, Math.ceil(ms / 1000)));
const SAID = {
  alive: (end, _by, now) => `alive, expires in ${seconds(end - now)}`,
  margin: (end, by, now) => `revoked by ${by.target}; works for another ${seconds(end - now)}`,
  revoked: (end, by) => `revoked at ${clock(end)} by ${by.target}`,
  expired: (end) => `expired at ${clock(end)}`,
};
