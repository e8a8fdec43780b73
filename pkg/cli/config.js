// The Ably CLI's own configuration, read and never written: whoever has logged in there need not say
// anything here.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { decode } from './decode.js';
import { Failure } from './failure.js';

/** Where it is. */
export function configPath(env) {
  return join(env.ABLY_CLI_CONFIG_DIR || join(homedir(), '.ably'), 'config');
}

/**
 * The current account, or nothing when there is no such file or no account in it.
 * @returns {Promise<Account | undefined>}
 */
export async function readAccount(env) {
  const path = configPath(env);
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new Failure(`The Ably CLI's configuration ${path} cannot be read: ${error.code ?? error.message}`);
  }
  const text = decode(bytes, `The Ably CLI's configuration ${path}`);
  const { parse } = await import('smol-toml');
  let config;
  try {
    config = parse(text);
  } catch (error) {
    // Not its message, which shows the line: a key may stand there.
    const place = error.line === undefined ? '' : ` (line ${error.line}, column ${error.column})`;
    throw new Failure(`The Ably CLI's configuration ${path} is not TOML${place}`, {
      hint: 'Log in again with the Ably CLI, or set ABLY_API_KEY and move the file away.',
    });
  }
  const alias = textOf(config.current?.account);
  const account = alias === undefined ? undefined : config.accounts?.[alias];
  return typeof account === 'object' ? new Account(path, alias, account, config.oauthSessions) : undefined;
}

class Account {
  #account;
  #sessions;

  constructor(path, alias, account, sessions) {
    this.path = path;
    this.alias = alias;
    this.#account = account;
    this.#sessions = sessions;
  }

  get currentApp() {
    return textOf(this.#account.currentAppId);
  }

  /** As ABLY_ENDPOINT. */
  get endpoint() {
    return textOf(this.#account.endpoint);
  }

  /** As ABLY_CONTROL_HOST. */
  get controlHost() {
    return textOf(this.#account.controlHost);
  }

  /** The id of the app that is named so, if it is one of those that have a key stored. */
  appNamed(name) {
    const apps = Object.entries(this.#account.apps ?? {});
    if (apps.some(([id]) => id === name)) return name;
    const named = apps.filter(([, app]) => app?.appName === name);
    return named.length === 1 ? named[0][0] : undefined;
  }

  /** The key that is stored for an app. */
  key(app) {
    return textOf(this.#account.apps?.[app]?.apiKey);
  }

  /** An account that logged in by OAuth keeps its token in its session, and that ends after a while. */
  accessToken(now = Date.now()) {
    const session = this.#sessions?.[this.#account.oauthSessionKey];
    const token = textOf(session?.accessToken) ?? textOf(this.#account.accessToken);
    const expires = Number(session?.accessTokenExpiresAt);
    if (token !== undefined && expires <= now)
      throw new Failure(`The Ably CLI's login has expired (${this.path})`, {
        hint: 'Run any command of the Ably CLI, which renews it, or set ABLY_ACCESS_TOKEN.',
      });
    return token;
  }
}

function textOf(value) {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
