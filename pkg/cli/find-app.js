// An app by its id or its name, as the Control API knows it.
import { Failure } from './failure.js';
import { echoed } from './redact.js';

const MAX_LISTED = 20;

/**
 * By id or name; the one that is selected in the Ably CLI; or the only one that there is.
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
    // An access token that may not list the apps can still name one by its id.
    if (error.statusCode !== 403 || wanted === undefined) throw error;
    return { id: wanted };
  }
  if (wanted === undefined) {
    if (apps.length === 1) return apps[0];
    throw new Failure(`No app was named, and the account has ${apps.length === 0 ? 'none' : apps.length}`, {
      hint:
        apps.length === 0
          ? 'Make one: ably-edge-auth apps create --name "My app"'
          : listed('Give one of them with --app:', apps),
    });
  }
  const byId = apps.find(({ id }) => id === wanted);
  if (byId !== undefined) return byId;
  const named = apps.filter(({ name }) => name === wanted);
  if (named.length === 1) return named[0];
  if (named.length > 1)
    throw new Failure(`There are ${named.length} apps named ${JSON.stringify(echoed(wanted))}`, {
      hint: listed('Give the id of one:', named),
    });
  throw new Failure(`The account has no app ${JSON.stringify(echoed(wanted))}`, {
    hint: listed('It has these:', apps),
  });
}

function listed(words, apps) {
  const lines = apps.slice(0, MAX_LISTED).map(({ id, name }) => `  ${id}  ${name}`);
  return [words, ...lines, ...(apps.length > MAX_LISTED ? [`  and ${apps.length - MAX_LISTED} more`] : [])].join('\n');
}
