// The command line, against the sandbox and against a server that misbehaves as told.
//   node tests/cli/run.mjs [WORD…]      only the subjects whose name contains one of the words
import { print } from '../runtimes/report.mjs';
import { runSubjects } from '../js/harness.mjs';
import { ablyCli } from './ably-cli.mjs';
import { access } from './access.mjs';
import { accessTokens } from './access-tokens.mjs';
import { capability } from './capability.mjs';
import { completion } from './completion.mjs';
import { completionTerminal } from './completion-terminal.mjs';
import { control } from './control.mjs';
import { diff } from './diff.mjs';
import { doctor } from './doctor.mjs';
import { encodings } from './encodings.mjs';
import { errors } from './errors.mjs';
import { examples } from './examples.mjs';
import { explainError } from './explain-error.mjs';
import { failedTo } from './failed-to.mjs';
import { flags } from './flags.mjs';
import { help } from './help.mjs';
import { issue } from './issue.mjs';
import { lostOutput } from './lost-output.mjs';
import { marks } from './marks.mjs';
import { oddTargets } from './odd-targets.mjs';
import { places } from './places.mjs';
import { products } from './products.mjs';
import { prompt } from './prompt.mjs';
import { publish } from './publish.mjs';
import { revoke } from './revoke.mjs';
import { sandboxCommand } from './sandbox.mjs';
import { secrets } from './secrets.mjs';
import { closeServers, startServers } from './servers.mjs';
import { sources } from './sources.mjs';
import { endSubscribe, subscribe } from './subscribe.mjs';
import { testCommand } from './test-command.mjs';
import { tokens } from './tokens.mjs';
import { typed } from './typed.mjs';
import { windows } from './windows.mjs';

const ALL = {
  flags,
  marks,
  help,
  issue,
  tokens,
  'explain error': explainError,
  'test command': testCommand,
  diff,
  doctor,
  capability,
  products,
  typed,
  sources,
  errors,
  secrets,
  revoke,
  access,
  'odd targets': oddTargets,
  'failed to': failedTo,
  publish,
  subscribe,
  control,
  places,
  encodings,
  'lost output': lostOutput,
  'access tokens': accessTokens,
  'sandbox command': sandboxCommand,
  examples,
  'ably cli': ablyCli,
  prompt,
  windows,
  completion,
  'completion in a terminal': completionTerminal,
};

const words = process.argv.slice(2);
const chosen = Object.entries(ALL).filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));

const servers = await startServers();
const report = await runSubjects(Object.fromEntries(chosen), servers);
await Promise.all([closeServers(servers), endSubscribe()]);
if (!print('command line', report)) process.exitCode = 1;
