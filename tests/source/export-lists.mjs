// The entries name what they export one by one, as bundlers need it: all of them the same.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as api from '../../pkg/lib/api.js';
import { equal, ok } from '../js/assert.mjs';

const read = (name) => readFileSync(fileURLToPath(new URL(`../../pkg/${name}`, import.meta.url)), 'utf8');

/** The names in `export { … } from './lib/api.js'`, or `'../lib/api.js'`. */
function exported(entry) {
  const [, names] = /^export \{([^}]*)\} from '\.\.?\/lib\/api\.js';$/m.exec(read(entry)) ?? [];
  ok(names !== undefined, `${entry} has no list of exports`);
  return names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/** What the types declare as a value. */
const declared = () =>
  [...read('index.d.ts').matchAll(/^export (?:function|const|class) (\w+)/gm)].map(([, name]) => name);

export default ({ test }) => {
  const names = Object.keys(api).sort();
  const missing = (list) => names.filter((name) => !list.includes(name));
  const beyond = (list) => list.filter((name) => !names.includes(name));
  for (const entry of ['index.js', 'workerd.js', 'edge-light.js', 'node/index.js'])
    test(`${entry} exports all of lib/api.js, each once`, () => {
      const list = exported(entry);
      equal({ missing: missing(list), beyond: beyond(list) }, { missing: [], beyond: [] });
      equal(list, [...new Set(list)]);
    });
  test('wasm.js exports all of it', () => ok(/^export \* from '\.\/lib\/api\.js';$/m.test(read('wasm.js'))));
  test('index.d.ts declares all of it', () => {
    const list = declared();
    equal({ missing: missing(list), beyond: beyond(list) }, { missing: [], beyond: [] });
  });
};
