// Where the Ably CLI keeps its configuration. Apart from its reader, which most runs with a key in the environment need not load.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The path of the configuration file. */
export function configPath(env) {
  return join(env.ABLY_CLI_CONFIG_DIR || join(homedir(), '.ably'), 'config');
}
