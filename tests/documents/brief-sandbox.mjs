// `npx ably-edge-auth sandbox …` in a document runs until somebody ends it. Here it ends as soon as it serves.
import { spawn } from '../runtimes/start.mjs';

const child = spawn(process.execPath, [process.env.CLI, ...process.argv.slice(2), '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
child.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  if (text.includes('Endpoint: ')) child.kill();
});
child.once('exit', (code) => (process.exitCode = code ?? 0));
