// WebKitGTK by plain WebDriver: `WebKitWebDriver` starts its MiniBrowser.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '../runtimes/start.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { sleep } from './user.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** A session, and how to ask it. */
async function startSession(driver, xvfb) {
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

/** The name that WebDriver gives to the id of an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A browser, and what a person does in it. */
export async function startWebKit(driver, xvfb) {
  const { session, end } = await startSession(driver, xvfb);
  const run = (script, ...args) => session('POST', '/execute/sync', { script, args });
  const said = () => run('return document.body.innerText.slice(0, 500)');
  const until = async (script, ...args) => {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
      const found = await run(`return ${script}`, ...args);
      if (found) return found;
    }
    throw new Error(`in vain: ${script} ${JSON.stringify(args)}; the page says ${await said()}`);
  };
  const element = async (selector) => {
    await until('document.querySelector(arguments[0])?.checkVisibility()', selector);
    return (await session('POST', '/element', { using: 'css selector', value: selector }))[ELEMENT];
  };
  return {
    run,
    until,
    text: (selector) => run('return document.querySelector(arguments[0])?.innerText ?? ""', selector),
    async reads(selector, wanted) {
      await until(
        'new RegExp(arguments[1], "s").test(document.querySelector(arguments[0])?.innerText ?? "")',
        selector,
        wanted.source,
      );
    },
    async press(selector) {
      await until('document.querySelector(arguments[0])?.disabled === false', selector);
      const found = await element(selector);
      // What is at the edge may be under the bar with the button.
      await run(
        "document.querySelector(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })",
        selector,
      );
      await session('POST', `/element/${found}/click`, {});
    },
    async write(selector, text) {
      const found = await element(selector);
      await run('document.querySelector(arguments[0]).select()', selector);
      await session('POST', `/element/${found}/value`, { text });
    },
    async visit(url) {
      await session('POST', '/url', { url });
      // What goes wrong from now on; see troubles().
      await run(`
        globalThis.troubles = [];
        addEventListener('error', ({ message }) => troubles.push(message));
        addEventListener('unhandledrejection', ({ reason }) => troubles.push(String(reason)));
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => troubles.push(effectiveDirective));
      `);
    },
    troubles: () => run('return globalThis.troubles'),
    size: (width, height) => session('POST', '/window/rect', { width, height }),
    runAsync: (script, ...args) => session('POST', '/execute/async', { script, args }),
    async close() {
      await session('DELETE', '').catch(() => {});
      end();
    },
  };
}
