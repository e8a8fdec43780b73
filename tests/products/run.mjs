// Ably's SDKs for Chat and Spaces use each feature in the sandbox, with a token for that feature alone. What they attach,
// send, call and receive is what the feature tables say, so an SDK or a table that changes fails here.
import { featureRows } from '../../scripts/product-tables.mjs';
import { capabilityFor } from '../../pkg/products.js';
import { equal } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { print } from '../runtimes/report.mjs';
import * as chat from './chat.mjs';
import { compare } from './compare.mjs';
import { CHAT, SPACES } from './expected.mjs';
import { observe } from './observe.mjs';
import * as spaces from './spaces.mjs';

/** Operations that give no mode, so that they alone do not let anybody attach. */
const WITHOUT_MODE = /^(message-|history$|channel-metadata$)/;

/** The capability that the tables promise to be enough. The room is attached, too, which any mode lets a client do. */
function capabilityOf(product, name, { feature, needs }) {
  const hasMode = needs.some(({ alternatives }) =>
    alternatives.flat().some((operation) => !WITHOUT_MODE.test(operation)),
  );
  const features = product === 'chat' && !hasMode ? [feature, 'attach'] : [feature];
  return capabilityFor({ [product]: { [name]: features } }).capability;
}

function tests(product, { name, using }, { modes, calls, channels, without = [] }) {
  return ({ test }) => {
    for (const row of featureRows(product).filter(({ feature }) => !without.includes(feature)))
      test(row.feature, async () => {
        const { use, generic } = using(row.feature);
        const { attached, called, realtime } = await observe(use, capabilityOf(product, name, row));
        const withGenericNames = (byChannel, read) =>
          Object.fromEntries(Object.entries(byChannel).map(([channel, value]) => [generic(channel), read(value)]));
        const seen = {
          // The SDK for spaces reads the service's clock when it starts.
          calls: called.map((call) => generic(decodeURIComponent(call))).filter((call) => call !== 'GET /time'),
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
  chat: tests('chat', { ...chat, name: chat.ROOM }, CHAT),
  spaces: tests('spaces', { ...spaces, name: spaces.SPACE }, SPACES),
};

process.exitCode = print('SDKs of Chat and Spaces', await runSubjects(subjects, {})) ? 0 : 1;
