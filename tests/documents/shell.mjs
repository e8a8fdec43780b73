// Shell commands of the documents, in bash: `npx ably-edge-auth` is the packed package, Ably is a sandbox of this machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from '../js/patience.mjs';
import { find } from '../runtimes/find.mjs';
import { COMMAND_LINE } from '../runtimes/resolve.mjs';
import { STAGE } from '../runtimes/stage.mjs';
import { spawn } from '../runtimes/start.mjs';

const SANDBOX_COMMAND = fileURLToPath(new URL('./brief-sandbox.mjs', import.meta.url));
export const KEY = 'sndbox.revoc1:not-a-secret-sandbox-revocable-key';

/** Starts the sandbox of all commands. */
export async function startSandbox() {
  const child = spawn(process.execPath, [COMMAND_LINE, 'sandbox', '--port', '0', '--revoke-channels'], {
    cwd: STAGE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const [, address] = /^Endpoint: (\S+)$/m.exec((said += text)) ?? [];
      if (address) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
  });
  return { endpoint, end: () => child.kill() };
}

/** A command that ends with 2 or more was misunderstood; 1 is an answer too. */
const PRELUDE = `npx() {
  local name=$1; shift
  [ "$name" = ably-edge-auth ] || { echo "npx $name is not run here" >&2; return 2; }
  if [ "$1" = sandbox ]; then "$NODE" "$BRIEF_SANDBOX" "$@"; else "$NODE" "$CLI" "$@"; fi
}
ably-edge-auth() { npx ably-edge-auth "$@"; }
trap 'code=$?; [ "$code" -gt 1 ] && { echo "exit code $code of: $BASH_COMMAND"; exit 99; }' ERR
`;

/** The page's folder, with the files that it names, so that commands can use them. */
export function pageFolder(page) {
  const folder = join(STAGE, 'documents', page.replace(/\W/g, '-'));
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    keep(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
  };
}

/** Runs the commands of a block. @returns {Promise<string>} all that they printed */
export async function runShell(source, { folder, endpoint, port }) {
  const script = source.replaceAll('127.0.0.1:8585', endpoint.replace('http://', '')).replaceAll(':3000', `:${port}`);
  if (/\bcurl\b/.test(source) && find('curl') === undefined) throw new Error('curl is not installed');
  const child = spawn(find('bash'), ['-c', PRELUDE + script], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      NODE: process.execPath,
      CLI: COMMAND_LINE,
      BRIEF_SANDBOX: SANDBOX_COMMAND,
      ABLY_CLI_CONFIG_DIR: '/nonexistent',
      ABLY_ENDPOINT: endpoint,
      ABLY_API_KEY: KEY,
      PORT: String(port),
      NO_COLOR: '1',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const timer = setTimeout(() => endGroup(child), PATIENCE_MS);
  // 'exit', because a server that was started in the background keeps the output open.
  const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  clearTimeout(timer);
  endGroup(child);
  if (code !== 0 && code !== 1) throw new Error(`exit code ${code}: ${said}`);
  return said;
}

function endGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** ```console: lines that begin with `$ ` are commands, and the lines after each are all that it prints. */
export async function runConsole(source, context) {
  for (const [, command, printed] of source.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
    const found = await runShell(command, context);
    if (found.trimEnd() !== printed.trimEnd()) throw new Error(`${command} prints\n${found}\nand not\n${printed}`);
  }
}
