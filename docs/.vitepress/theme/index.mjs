// The default theme with the system's fonts: a page loads nothing that it can do without.
import { withBase } from 'vitepress';
import Theme from 'vitepress/theme-without-fonts';
import { h } from 'vue';
import './style.css';

/** The default one has no main landmark. */
const notFound = () =>
  h('main', { class: 'not-found vp-doc' }, [
    h('h1', 'This page does not exist'),
    h('p', h('a', { href: withBase('/') }, 'All pages')),
  ]);

export default {
  extends: Theme,
  Layout: () => h(Theme.Layout, null, { 'not-found': notFound }),
};
