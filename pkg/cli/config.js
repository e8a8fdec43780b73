// Reads the Ably CLI's configuration, so that its login works here too. Never changes it.
import { readFileSync } from 'node:fs';
import { configPath } from './config-path.js';
import { decode } from './decode.js';
import { Failure } from './failure.js';

/**
 * Reads the current account; undefined if the file or the account does not exist.
 * @returns {Promise<Account | undefined>}
 */
export async function readAccount(env) {
  const path = configPath(env);
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new Failure(`Cannot read the Ably CLI's configuration ${path}: ${error.code ?? error.message}`);
  }
  const text = decode(bytes, `The Ably CLI's configuration ${path}`);
  const { parse } = await import('smol-toml');
  let config;
  try {
    config = parse(text);
  } catch (error) {
    // The parser's message is left out: it quotes the line, which may contain a key.
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

  /** The equivalent of ABLY_ENDPOINT. */
  get endpoint() {
    return textOf(this.#account.endpoint);
  }

  /** The equivalent of ABLY_CONTROL_HOST. */
  get controlHost() {
    return textOf(this.#account.controlHost);
  }

  /** The id of the stored app with this id or name. */
  appNamed(name) {
    const apps = Object.entries(this.#account.apps ?? {});
    if (apps.some(([id]) => id === name)) return name;
    const named = apps.filter(([, app]) => app?.appName === name);
    return named.length === 1 ? named[0][0] : undefined;
  }

  /** The stored key of an app. */
  key(app) {
    return textOf(this.#account.apps?.[app]?.apiKey);
  }

  /** An OAuth login keeps its token in a session that expires; other logins keep it in the account. */
  accessToken(now = Date.now()) {
    const session = this.#sessions?.[this.#account.oauthSessionKey];
    const token = textOf(session?.accessToken) ?? textOf(this.#account.accessToken);
    const expires = Number(session?.accessTokenExpiresAt);
    if (token !== undefined && expires <= now)
      throw new Failure(`The Ably CLI's login has expired (${this.path})`, {
        hint: 'Run any Ably CLI command to renew it, or set ABLY_ACCESS_TOKEN.',
      });
    return token;
  }
}

function textOf(value) {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
