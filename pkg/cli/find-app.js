// Finds an app by id or name through the Control API.
import { Failure } from './failure.js';
import { echoed } from './redact.js';

const MAX_LISTED = 20;

/**
 * Finds the wanted app, or without one the app selected in the Ably CLI, or the account's only app.
 * @returns {Promise<{ id: string, name?: string }>}
 */
export async function findApp(wanted, control, account) {
  if (wanted === undefined && account?.currentApp !== undefined) return { id: account.currentApp };
  const known = wanted === undefined ? undefined : account?.appNamed(wanted);
  if (known !== undefined) return { id: known };
  let apps;
  try {
    apps = await control.apps.list();
  } catch (error) {
    // An access token without permission to list apps can still refer to one by id.
    if (error.statusCode !== 403 || wanted === undefined) throw error;
    return { id: wanted };
  }
  if (wanted === undefined) {
    if (apps.length === 1) return apps[0];
    throw new Failure(`No app was given, and the account has ${apps.length === 0 ? 'none' : apps.length}`, {
      hint:
        apps.length === 0
          ? 'Create one: ably-edge-auth apps create --name "My app"'
          : listed('Choose one with --app:', apps),
    });
  }
  const byId = apps.find(({ id }) => id === wanted);
  if (byId !== undefined) return byId;
  const named = apps.filter(({ name }) => name === wanted);
  if (named.length === 1) return named[0];
  if (named.length > 1)
    throw new Failure(`There are ${named.length} apps named ${JSON.stringify(echoed(wanted))}`, {
      hint: listed('Use the id instead:', named),
    });
  throw new Failure(`The account has no app ${JSON.stringify(echoed(wanted))}`, {
    hint: listed('Choose one of its apps:', apps),
  });
}

function listed(words, apps) {
  const lines = apps.slice(0, MAX_LISTED).map(({ id, name }) => `  ${id}  ${name}`);
  return [words, ...lines, ...(apps.length > MAX_LISTED ? [`  and ${apps.length - MAX_LISTED} more`] : [])].join('\n');
}
