// Finds the API key, in this order: the flag, the environment, the Ably CLI's configuration, an access token that can look
// up the app's key. --verbose prints the source.
import { existsSync } from 'node:fs';
import { configPath } from './config-path.js';
import { Failure } from './failure.js';
import { controlAddress, withPlainHttp } from './plain-http.js';
import { echoed } from './redact.js';

/** The flags of every command that needs a key. */
export const KEY_FLAGS = {
  app: {
    value: 'ID|NAME',
    text: 'The app, by id or name. Defaults to ABLY_APP_ID, then to the currently selected app',
  },
  key: {
    value: 'KEY',
    text: 'The API key, or - to read it from stdin. Prefer ABLY_API_KEY or -: other users of this machine can see the command line',
  },
};

/** The flags of every command that calls the Control API. */
export const ACCESS_TOKEN_FLAGS = {
  'access-token': {
    value: 'TOKEN',
    text: 'The access token, or - to read it from stdin. Prefer ABLY_ACCESS_TOKEN or -: other users of this machine can see the command line',
  },
};

/**
 * @returns {Promise<{ source: object, network: object, app?: string }>} the library's KeySource and NetworkOptions
 * @param otherwise the default app, which takes precedence over the selected one
 * @param comparesStored whether the Ably CLI prefers its stored key in this command
 */
export async function keySource(context, { otherwise, comparesStored = false } = {}) {
  const { values, env, output, input } = context;
  const app = values.app ?? (env.ABLY_APP_ID || undefined);
  if (values.key !== undefined) {
    const key = await input.value('--key', values.key);
    return useKey(context, key, values.key === '-' ? 'stdin (--key -)' : '--key', app);
  }
  if (env.ABLY_API_KEY) {
    if (comparesStored) await noteStoredKey(context, env.ABLY_API_KEY, app);
    return useKey(context, env.ABLY_API_KEY, 'ABLY_API_KEY', app);
  }

  const account = await readAccount(env);
  const wanted = app === undefined ? (otherwise ?? account?.currentApp) : (account?.appNamed(app) ?? app);
  const stored = wanted === undefined ? undefined : account?.key(wanted);
  if (stored !== undefined)
    return useKey(context, stored, `the Ably CLI's configuration, ${account.path}`, wanted, account);

  const found = accessTokenOf(env, account);
  if (found === undefined) throw noKey(app, account);
  output.hide(found.accessToken);
  output.verbose(`Access token: from ${found.from}`);
  const network = networkOf(context, found.account);
  const chosen = wanted ?? (await onlyApp(found.accessToken, network));
  output.verbose(`App: ${echoed(chosen)} (looking up its key with the access token)`);
  return { source: { accessToken: found.accessToken, app: chosen }, network, app: chosen };
}

/** Finds the access token for the Control API. */
export async function accessToken(context) {
  const { values, env, input, output } = context;
  const given = values['access-token'];
  if (given !== undefined) {
    output.verbose(`Access token: from ${given === '-' ? 'stdin' : '--access-token'}`);
    const token = await input.value('--access-token', given);
    output.hide(token);
    return { accessToken: token, network: networkOf(context) };
  }
  const account = await readAccount(env);
  const found = accessTokenOf(env, account);
  if (found === undefined)
    throw new Failure('No access token was found', {
      hint: [
        'Provide one in any of these ways:',
        '  ABLY_ACCESS_TOKEN=…      an access token from https://ably.com/users/access_tokens',
        '  --access-token -         the same, read from stdin',
        "  ably login               this command uses the Ably CLI's login",
        'Without an account, run ably-edge-auth sandbox: it serves the API locally and prints an access token.',
      ].join('\n'),
    });
  output.hide(found.accessToken);
  output.verbose(`Access token: from ${found.from}`);
  return { accessToken: found.accessToken, network: networkOf(context, found.account), account };
}

/** Imports the configuration reader on demand: with ABLY_API_KEY it is not needed. */
async function readAccount(env) {
  const config = await import('./config.js');
  return config.readAccount(env);
}

function accessTokenOf(env, account) {
  if (env.ABLY_ACCESS_TOKEN) return { accessToken: env.ABLY_ACCESS_TOKEN, from: 'ABLY_ACCESS_TOKEN' };
  const accessToken = account?.accessToken();
  return accessToken === undefined
    ? undefined
    : { accessToken, from: `the Ably CLI's configuration, ${account.path}`, account };
}

/**
 * The library's network options from ABLY_ENDPOINT and ABLY_CONTROL_HOST. The endpoints in the configuration apply only to
 * credentials from the configuration.
 */
export function networkOf({ env, fetch, signal, output }, account) {
  const endpoint = env.ABLY_ENDPOINT || account?.endpoint;
  const controlEndpoint = controlAddress(
    env.ABLY_CONTROL_HOST || (env.ABLY_ENDPOINT ? undefined : account?.controlHost),
  );
  // Network errors name the address, so an address that is masked here is hidden there too.
  for (const address of [endpoint, controlEndpoint]) if (address && echoed(address) !== address) output.hide(address);
  if (endpoint) output.verbose(`Endpoint: ${echoed(endpoint)}`);
  if (controlEndpoint) output.verbose(`Control API: ${echoed(controlEndpoint)}`);
  const network = {
    signal,
    ...(fetch && { fetch }),
    ...(endpoint && { endpoint }),
    ...(controlEndpoint && { controlEndpoint }),
  };
  return withPlainHttp(network, env.ABLY_PLAIN_HTTP_HOST);
}

async function useKey(context, key, from, app, account) {
  const { output } = context;
  output.hide(key);
  const name = key.split(':')[0];
  // The library rejects a malformed key. Until then no part of it is printed.
  const isName = key.includes(':') && /^[\w-]+\.[\w-]+$/.test(name);
  output.verbose(`Key: ${isName ? `${name}, ` : ''}from ${from}`);
  const network = networkOf(context, account);
  const ofKey = name.split('.')[0];
  Object.assign(context.used, { app: ofKey, endpoint: network.endpoint });
  if (isName && app !== undefined && app !== ofKey) await belongs(context, { app, ofKey, from });
  return { source: { key }, network, app: isName ? ofKey : undefined };
}

/**
 * Says which key is used, if the Ably CLI would use another one. It prefers its stored key of the app to ABLY_API_KEY in
 * the commands that issue and revoke tokens.
 */
async function noteStoredKey({ env, output }, key, app) {
  if (!existsSync(configPath(env))) return;
  // With a configuration that cannot be read, the Ably CLI would use none of it.
  const account = await readAccount(env).catch(() => undefined);
  const stored = account?.key(app === undefined ? account.currentApp : (account.appNamed(app) ?? app));
  if (stored === undefined || stored === key) return;
  const [used, other] = [key, stored].map((one) => echoed(one.split(':')[0]));
  output.warn(`Using the key ${used} from ABLY_API_KEY. The Ably CLI would use its stored key ${other}.`);
}

/** Checks that the app, which may be given by name, is the key's. The configuration or the Control API resolves names. */
async function belongs(context, { app, ofKey, from }) {
  const account = await readAccount(context.env);
  if (account?.appNamed(app) === ofKey) return;
  const found = account?.appNamed(app) === undefined ? accessTokenOf(context.env, account) : undefined;
  if (found !== undefined) {
    const { createControlClient } = await import('./api.js');
    const { apps } = createControlClient({ accessToken: found.accessToken, ...networkOf(context, found.account) });
    const named = (await apps.list()).filter(({ id, name }) => id === app || name === app);
    if (named.some(({ id }) => id === ofKey)) return;
  }
  throw new Failure(`The key from ${from} belongs to the app ${ofKey}, not to ${JSON.stringify(echoed(app))}`, {
    hint:
      from === 'ABLY_API_KEY'
        ? `Use a key of that app, or unset ABLY_API_KEY to look its key up.${found ? '' : ' To use the name of an app, set ABLY_ACCESS_TOKEN.'}`
        : 'Use a key of that app, or leave out --app.',
  });
}

/** The account's only app. Fails if it has several. */
async function onlyApp(accessToken, network) {
  const { findApp } = await import('./find-app.js');
  const { createControlClient } = await import('./api.js');
  const { id } = await findApp(undefined, createControlClient({ accessToken, ...network }));
  return id;
}

function noKey(app, account) {
  const what =
    app === undefined && account === undefined
      ? 'No API key was found'
      : `No API key was found${app === undefined ? '' : ` for the app ${JSON.stringify(echoed(app))}`}`;
  return new Failure(what, {
    hint: [
      'Provide one in any of these ways:',
      '  ABLY_API_KEY=appId.keyId:secret   in the environment, or --key - to read it from stdin',
      '  ABLY_ACCESS_TOKEN=… --app NAME    an access token, used to look up the key of the app',
      "  ably login                        this command uses the Ably CLI's login and selected app",
      'Without an account, run ably-edge-auth sandbox: it serves Ably locally and prints keys for it.',
    ].join('\n'),
  });
}
