// node scripts/product-tables.mjs: writes the tables of docs/capabilities-by-product.md from the rows that the core
// reads. tests/documents/run.mjs compares the page with them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ACTIONS, readFeatures } from './build/products.mjs';
import { ROOT } from './run.mjs';

export const PAGE = join(ROOT, 'docs/capabilities-by-product.md');

/** What an application does with a feature: the name of a method of the SDK, or a few words. */
const USES = {
  chat: {
    attach: '`room.attach()`',
    send: '`room.messages.send()`',
    receive: '`room.messages.subscribe()`',
    'update-own': '`room.messages.update()` of one’s own message',
    'update-any': '`room.messages.update()` of any message',
    'delete-own': '`room.messages.delete()` of one’s own message',
    'delete-any': '`room.messages.delete()` of any message',
    history: '`room.messages.history()`',
    'get-message': '`room.messages.get()`, `getVersions()`',
    react: '`room.messages.reactions.send()`, `delete()`',
    'reaction-summary': '`room.messages.reactions.subscribe()`',
    'reactions-raw': '`room.messages.reactions.subscribeRaw()`',
    presence: '`room.presence.enter()` and `subscribe()`',
    'presence-enter': '`room.presence.enter()`',
    'presence-read': '`room.presence.get()`, `subscribe()`',
    typing: '`room.typing.keystroke()` and `subscribe()`',
    'room-reactions': '`room.reactions.send()` and `subscribe()`',
    occupancy: '`room.occupancy.subscribe()`',
    'occupancy-get': '`room.occupancy.get()`',
  },
  spaces: {
    enter: '`space.enter()`',
    members: '`space.enter()`, `space.members.getAll()` and `subscribe()`',
    'watch-members': '`space.members.subscribe()` without entering',
    locations: '`space.locations.set()` and `subscribe()`',
    locks: '`space.locks.acquire()` and `subscribe()`',
    cursors: '`space.cursors.set()` and `subscribe()`',
    'cursors-getall': '`space.cursors.getAll()`',
    occupancy: 'occupancy events on the channel of the space',
  },
  aiTransport: {
    use: 'send, receive and read the history: all that a user does',
    send: 'send a prompt',
    receive: 'receive the answer',
    cancel: 'cancel an answer',
    history: 'load the conversation',
    objects: 'read and change LiveObjects of the session',
    'presence-enter': 'enter as an agent or a user',
    'presence-read': 'see the members',
    'push-notify': 'receive push notifications',
    'agent-stream': 'stream an answer, as the agent',
  },
};

/** Where a need is, as a row says it. */
const PLACES = {
  rest: 'REST: ',
  chat: '`R::$chat`: ',
  space: '`S::$space`: ',
  cursors: '`S::$cursors`: ',
  channel: '',
};

/** Alternatives, each a list of operations that are needed together. */
const alternatives = (text) => text.split('|').map((together) => together.split('+'));

function flagsOf(words) {
  const values = (name) => words.filter((word) => word.startsWith(`${name}=`)).map((word) => word.split('=')[1]);
  return { modes: values('mode'), rules: values('rule'), inferred: words.includes('inferred'), words };
}

/** @returns the rows of a product's features: `needs` are places with their alternatives */
export function featureRows(product) {
  return Object.entries(readFeatures()[product]).map(([feature, row]) => {
    const words = row.split(' ');
    const needs = words
      .filter((word) => word.includes(':'))
      .map((word) => word.split(':'))
      .map(([place, operations]) => ({ place, alternatives: alternatives(operations) }));
    return { feature, needs, ...flagsOf(words) };
  });
}

function readActions() {
  const lines = readFileSync(ACTIONS, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [id, operations, ...words] = line.split(' ');
    return { id, alternatives: alternatives(operations), ...flagsOf(words) };
  });
}

const row = (...cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => '---')), ...rows.map((it) => row(...it))].join('\n');
const shown = (of) => of.map((together) => together.map((it) => `\`${it}\``).join(' + ')).join(' or ');
const certainty = ({ inferred }) => (inferred ? 'inferred' : 'documented');

function featureTable(product) {
  const rows = featureRows(product);
  const forgotten = rows.filter(({ feature }) => USES[product][feature] === undefined);
  if (forgotten.length > 0) throw new Error(`scripts/product-tables.mjs has no words for ${forgotten[0].feature}`);
  return table(
    ['feature', 'what it is', 'operations', 'also needed', 'certainty'],
    rows.map((one) => [
      `\`${one.feature}\``,
      USES[product][one.feature],
      one.needs.map(({ place, alternatives: of }) => PLACES[place] + shown(of)).join('<br>'),
      alsoNeeded(one).join('; '),
      certainty(one),
    ]),
  );
}

const alsoNeeded = ({ modes, rules, words }) => [
  ...modes.map((mode) => `attach mode \`${mode}\``),
  ...rules.map((rule) => `channel rule \`${rule}\``),
  ...(words.includes('entered') ? ['the space entered'] : []),
];

/** Words of the table of actions that stand for no operation. */
const SPECIAL = { none: 'none', unknown: 'not known', key: 'the API key itself' };

function actionTable() {
  return table(
    ['action', 'operations', 'also needed', 'certainty'],
    readActions().map((one) => [
      `\`${one.id}\``,
      (SPECIAL[one.alternatives[0][0]] ?? shown(one.alternatives)) + (one.words.includes('app') ? ' on `*`' : ''),
      alsoNeeded(one).join('; '),
      certainty(one),
    ]),
  );
}

/** The page with the tables of today between its marks. */
export function withTables(page) {
  const tables = {
    chat: featureTable('chat'),
    spaces: featureTable('spaces'),
    aiTransport: featureTable('aiTransport'),
    actions: actionTable(),
  };
  return Object.entries(tables).reduce((text, [name, made]) => {
    const [begin, end] = [`<!-- table ${name}, by scripts/product-tables.mjs -->`, `<!-- end of table ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/capabilities-by-product.md has lost the marks of table ${name}.`);
    return `${text.slice(0, from)}${begin}\n${made}\n${text.slice(to)}`;
  }, page);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
