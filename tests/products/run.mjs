// Ably's SDKs for Chat and Spaces use each feature against a scripted service. What they attach, send and call is what
// the feature tables say, so an SDK that changes fails here.
import { featureRows } from '../../scripts/product-tables.mjs';
import { equal } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { print } from '../runtimes/report.mjs';
import * as chat from './chat.mjs';
import { compare } from './compare.mjs';
import { CHAT, SPACES } from './expected.mjs';
import { observe } from './observe.mjs';
import * as spaces from './spaces.mjs';

/** Writes the room, the space and the message's serial as the tables have them. */
const generic = (text) =>
  decodeURIComponent(text).replace(chat.ROOM, 'R').replace(spaces.SPACE, 'S').replace(chat.SERIAL, 'SERIAL');
const withGenericNames = (byChannel, read) =>
  Object.fromEntries(Object.entries(byChannel).map(([channel, value]) => [generic(channel), read(value)]));

function tests(product, { use, answer }, { modes, calls, channels, without = [] }) {
  return ({ test }) => {
    for (const row of featureRows(product).filter(({ feature }) => !without.includes(feature)))
      test(row.feature, async () => {
        const { attached, called, realtime } = await observe(use(row.feature), answer);
        const seen = {
          // The SDK for spaces reads the service's clock when it starts.
          calls: called.map(generic).filter((call) => call !== 'GET /time'),
          attached: withGenericNames(attached, (it) => it.modes),
          realtime: withGenericNames(realtime, (it) => it),
        };
        equal(seen.calls, calls[row.feature] ?? [], 'calls');
        equal(Object.keys(seen.attached), channels[row.feature] ?? channels.default, 'channels');
        for (const asked of Object.values(seen.attached)) equal(asked, modes[row.feature] ?? modes.default, 'modes');
        compare(row, seen);
      });
  };
}

const subjects = {
  chat: tests('chat', chat, CHAT),
  spaces: tests('spaces', spaces, SPACES),
};

process.exitCode = print('SDKs of Chat and Spaces', await runSubjects(subjects, {})) ? 0 : 1;
