// Node.js, Deno and Bun: serves one handler of endpoints.mjs, or calls it in process and prints the CPU time.
//
//   node tests/bench/shell-endpoint.mjs HANDLER         serves, and prints its port as one line of JSON
//   node tests/bench/shell-endpoint.mjs HANDLER calls   reads counts, a line each, and prints the CPU ms of as many calls
import { createInterface } from 'node:readline';
import * as jose from 'jose';
import * as ours from '../../pkg/index.js';
import { REQUEST, checkAnswer, handlersFor } from './endpoints.mjs';

const [name, how] = process.argv.slice(2);
/** Until then its code is still being compiled, on other threads too. */
const WARM_UP = 15_000;

const handler = handlersFor({ ours, jose })[name];

if (how === 'calls') await answerCalls();
else await serve();

async function answerCalls() {
  const ask = () => handler(new Request(`https://edge.example${REQUEST.path}`, { headers: REQUEST.headers }));
  await checkAnswer(name, await ask());
  for (let i = 0; i < WARM_UP; i++) await (await ask()).text();
  for await (const line of createInterface({ input: process.stdin })) {
    const start = process.cpuUsage();
    for (let i = 0; i < Number(line); i++) await (await ask()).text();
    const { user, system } = process.cpuUsage(start);
    console.log(JSON.stringify((user + system) / 1000));
  }
}

async function serve() {
  const at = { hostname: '127.0.0.1', port: 0 };
  const tell = ({ port }) => console.log(JSON.stringify({ port }));
  if (globalThis.Deno) return globalThis.Deno.serve({ ...at, onListen: tell }, handler);
  if (globalThis.Bun) return tell(globalThis.Bun.serve({ ...at, fetch: handler }));
  const { createServer } = await import('node:http');
  const { toNodeHandler } = await import('../../pkg/node.js');
  const server = createServer(toNodeHandler(handler));
  return server.listen(at.port, at.hostname, () => tell(server.address()));
}
