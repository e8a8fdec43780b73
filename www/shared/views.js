// The tabs. Every view except the first loads when it is first opened.
import { byId, el, show } from './dom.js';

const LOADERS = {
  use: () => import('../use/view.js'),
  verify: () => import('../verify/view.js'),
  errors: () => import('../errors/view.js'),
  access: () => import('../access/view.js'),
};
const started = new Map();
const tabs = () => [...document.querySelectorAll('[role="tab"]')];
const nameOf = (tab) => tab.id.slice('tab-'.length);

export let view = 'issue';

export function startViews(context, changed) {
  for (const tab of tabs()) {
    tab.addEventListener('click', () => open(nameOf(tab), context).then(changed));
    tab.addEventListener('keydown', (event) => {
      const all = tabs();
      const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -all.indexOf(tab), End: all.length - 1 - all.indexOf(tab) };
      if (!(event.key in steps)) return;
      event.preventDefault();
      const next = all[(all.indexOf(tab) + steps[event.key] + all.length) % all.length];
      next.focus();
      next.click();
    });
  }
}

export const isView = (name) => name === 'issue' || Object.hasOwn(LOADERS, name);

/** @param {object} [given] what the view should show */
export async function open(name, context, given) {
  view = name;
  for (const tab of tabs()) {
    const chosen = nameOf(tab) === name;
    tab.setAttribute('aria-selected', chosen);
    tab.tabIndex = chosen ? 0 : -1;
    byId(`view-${nameOf(tab)}`).hidden = !chosen;
  }
  if (!(name in LOADERS)) return;
  const part = byId(`view-${name}`);
  try {
    if (!started.has(name)) {
      show(part, el('p', { class: 'note' }, 'Loading…'));
      started.set(
        name,
        LOADERS[name]().then((module) => module.start(part, context)),
      );
    }
    (await started.get(name)).opened?.(given);
  } catch (error) {
    started.delete(name);
    show(
      part,
      el('p', { class: 'notice error', role: 'alert' }, `This part of the page could not start: ${error.message}`),
    );
    throw error;
  }
}
