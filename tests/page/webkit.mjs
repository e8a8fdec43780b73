// The way to the first token in WebKitGTK, by plain WebDriver: `WebKitWebDriver` starts its MiniBrowser.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyJwt } from '../../pkg/index.js';
import { ROOT } from '../../scripts/run.mjs';
import { serve } from '../../scripts/serve.mjs';
import { spawn } from '../runtimes/start.mjs';
import { equal, ok } from '../js/assert.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { SANDBOX_KEY, sleep } from './user.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** A session, and how to ask it. */
async function startWebKit(driver, xvfb) {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'ably-edge-auth-webkit-'));
  // A group of its own, so that the screen and the browser end with it.
  const child = spawn(xvfb, ['-a', driver, `--port=${port}`, '--host=127.0.0.1'], {
    detached: true,
    stdio: 'ignore',
    env: {
      ...process.env,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  const ask = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
    return value;
  };
  const end = () => {
    try {
      process.kill(-child.pid);
    } catch {
      // It has ended by itself.
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('WebKitWebDriver did not start');
      if (
        await ask('GET', '/status').then(
          () => true,
          () => false,
        )
      )
        break;
    }
    const { sessionId } = await ask('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { args: ['--automation'] } } },
    });
    return { session: (method, path, body) => ask(method, `/session/${sessionId}${path}`, body), end };
  } catch (error) {
    end();
    throw error;
  }
}

export default ({ test, driver, xvfb }) => {
  test('a token is there at once, verifies, and is used', async () => {
    const server = await serve({ '/': join(ROOT, 'www'), '/pkg/': join(ROOT, 'pkg') }, 0);
    const { session, end } = await startWebKit(driver, xvfb);
    const run = (script, ...args) => session('POST', '/execute/sync', { script, args });
    const until = async (script) => {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
        const found = await run(`return ${script}`);
        if (found) return found;
      }
      throw new Error(`in vain: ${script}; the page says ${await run('return document.body.innerText.slice(0, 500)')}`);
    };
    try {
      await session('POST', '/url', { url: `http://127.0.0.1:${server.address().port}/` });
      await until("document.getElementById('token-signature').textContent");
      const token = await run("return document.getElementById('token').textContent");
      equal(verifyJwt(token, { key: SANDBOX_KEY }).clientId, 'alice');
      equal(await run("return document.querySelectorAll('#matrix td').length"), 51);
      await run("document.getElementById('rows-of-chat').click()");
      await until('document.querySelector(\'#matrix [aria-label="typing on chat:room-1: Yes"]\')?.textContent');
      await run("document.getElementById('tab-use').click()");
      await until("document.querySelector('#view-use .line .fate')?.textContent.startsWith('alive')");
      await run(
        "[...document.querySelectorAll('#view-use button')].find((it) => it.textContent === 'Publish').click()",
      );
      ok((await until("document.querySelector('#use-result .outcome')?.textContent")).startsWith('201'));
    } finally {
      await session('DELETE', '').catch(() => {});
      end();
      server.close();
      server.closeAllConnections();
    }
  });
};
