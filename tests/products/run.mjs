// Ably's SDKs for Chat and Spaces use each feature against a scripted service. What they attach, send and call is what
// the feature tables say, so an SDK that changes fails here.
import { equal } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import { print } from '../runtimes/report.mjs';
import * as chat from './chat.mjs';
import { CHAT, ROOM_MODES, SPACES } from './expected.mjs';
import { observe } from './observe.mjs';
import * as spaces from './spaces.mjs';

/** Writes the room, the space and the message's serial as the tables have them. */
const generic = (text) =>
  decodeURIComponent(text).replace(chat.ROOM, 'R').replace(spaces.SPACE, 'S').replace(chat.SERIAL, 'SERIAL');

function tests(features, { use, answer }, modesOf) {
  return ({ test }) => {
    for (const [feature, { called = [], realtime, ...expected }] of Object.entries(features))
      test(feature, async () => {
        const found = await observe(use(feature), answer);
        equal(found.called.map(generic), called, 'calls');
        const byChannel = Object.entries(found.realtime).map(([channel, operations]) => [generic(channel), operations]);
        equal(Object.fromEntries(byChannel), realtime, 'channels, and the operations of their frames');
        for (const { modes } of Object.values(found.attached)) equal(modes, expected.modes ?? modesOf, 'modes');
      });
  };
}

const subjects = {
  chat: tests(CHAT, chat, ROOM_MODES),
  spaces: tests(SPACES, spaces, []),
};

process.exitCode = print('SDKs of Chat and Spaces', await runSubjects(subjects, {})) ? 0 : 1;
