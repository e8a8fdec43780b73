// How an example is run where it says it runs, and what must come of it.
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { verifyJwt } from '../../pkg/index.js';
import { startBrowser } from '../page/browser.mjs';
import { find } from '../runtimes/find.mjs';
import { INSTALLED, resolveExport } from '../runtimes/resolve.mjs';
import { STAGE } from '../runtimes/stage.mjs';
import { spawn } from '../runtimes/start.mjs';
import { equal } from '../js/assert.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';

/** A copy of client.mjs, where the packed package can be imported. */
const CLIENT = join(STAGE, 'documents', 'client.mjs');
const KEY = 'xVLyHw.A-pwh7:made-up-secret-of-no-account';

/** A server hands out a token for ada; any other block prints what its comments beside console.log say. */
export function EXPECTED(shown, { served, printed }) {
  if (served !== undefined) {
    const { claims, clientId } = verifyJwt(served.token, { key: KEY });
    equal(
      { clientId, capability: claims['x-ably-capability'] },
      { clientId: 'ada', capability: '{"chat:*":["publish","subscribe"]}' },
    );
    equal(
      Object.keys(served).filter((name) => ['token', 'keyName', 'issued', 'expires', 'capability'].includes(name))
        .length,
      5,
      'a TokenDetails',
    );
    return;
  }
  const promised = [...shown.matchAll(/console\.log\(.*\);?\n? *\/\/ (.+)$/gm)].map(([, text]) => text);
  equal(printed, promised);
}

export const RUNNERS = {
  async 'js node'(source, folder, index) {
    const file = write(folder, `${index}.mjs`, source);
    return isServer(source)
      ? serve(process.execPath, [file], (port) => ({ PORT: port }))
      : { printed: await output(process.execPath, [file]) };
  },

  async 'js bun'(source, folder, index) {
    return serve(find('bun'), [write(folder, `${index}.mjs`, source)], (port) => ({ PORT: port }));
  },

  async 'js client'(source, folder, index) {
    const prelude = `import { Ably, connected, end, key, pageFetch as fetch, sandbox, serveAuth } from ${JSON.stringify(CLIENT)};\n`;
    const ending = `\nif (typeof realtime !== 'undefined') await connected(realtime);\nend();\n`;
    const file = write(folder, `${index}.mjs`, prelude + source + ending);
    return { printed: await output(process.execPath, [file]) };
  },

  async 'js deno'(source, folder, index) {
    const file = write(folder, `${index}.mjs`, source);
    return serve(find('deno'), ['run', '--allow-env', '--allow-net', file], (port) => ({
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
    }));
  },

  async 'js workers'(source, folder, index) {
    const file = write(folder, `${index}.mjs`, source);
    return serve(
      find('workerd'),
      (port) => ['serve', write(folder, `${index}.capnp`, config(file, port))],
      () => ({}),
    );
  },

  async html(source, folder, index) {
    write(folder, `${index}.html`, `<!doctype html><title>Example</title>\n${source}`);
    const printed = [];
    const { visit, close } = await startBrowser(find('chromium'), {
      '/': folder,
      '/node_modules/': join(STAGE, 'node_modules'),
    });
    try {
      await visit(
        async (page) => {
          page.on('console', (message) => {
            if (message.type() === 'log') printed.push(message.text());
          });
          await page.reload({ waitUntil: 'networkidle0' });
        },
        { path: `/${index}.html`, expected: [/404 \(Not Found\)/] /* no icon */ },
      );
    } finally {
      await close();
    }
    return { printed };
  },
};

const isServer = (source) => /createServer\(|\.listen\(/.test(source);

function write(folder, name, text) {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The Worker as `wrangler` would deploy it: the key as a binding, the package by its `workerd` condition. */
function config(file, port) {
  const installed = 'node_modules/ably-edge-auth';
  const entry = resolveExport('.', ['workerd', 'default']).slice(2);
  const names = readdirSync(INSTALLED, { recursive: true })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.js') && !/^(cli|node|sandbox)\b/.test(name));
  const embed = (path) => `embed ${JSON.stringify(relative(dirname(file), join(STAGE, path)))}`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  bindings = [(name = "ABLY_API_KEY", text = ${JSON.stringify(KEY)})],
  modules = [
    (name = "worker.mjs", esModule = ${embed(relative(STAGE, file))}),
    (name = "ably-edge-auth", esModule = "export * from './${installed}/${entry}';"),
${names.map((name) => `    (name = "${installed}/${name}", esModule = ${embed(`${installed}/${name}`)}),`).join('\n')}
    (name = "${installed}/generated/ably_edge_auth.wasm", wasm = ${embed(`${installed}/generated/ably_edge_auth.wasm`)}),
  ],
);
`;
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

function start(program, args, env) {
  const child = spawn(program, args, {
    cwd: STAGE,
    env: { ...process.env, ABLY_API_KEY: KEY, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  return { child, said: () => said };
}

async function output(program, args) {
  const { child, said } = start(program, args, {});
  const [code] = await once(child, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (code !== 0) throw new Error(`exit code ${code}: ${said()}`);
  return said().trim() === '' ? [] : said().trim().split('\n');
}

/** Starts a server, and asks it once. */
async function serve(program, args, env) {
  const port = await freePort();
  const { child, said } = start(program, typeof args === 'function' ? args(port) : args, env(port));
  try {
    for (const end = Date.now() + PATIENCE_MS; ; await new Promise((wake) => setTimeout(wake, 50))) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`no answer on port ${port}: ${said()}`);
      const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
      if (response) return { served: await response.json() };
    }
  } finally {
    child.kill();
  }
}
