// A command's name in help and completion.

/** The name as the Ably CLI shows it, which has the `keys` commands under `auth`. */
export function shownName(name) {
  return name.startsWith('keys ') || name === 'keys' ? `auth ${name}` : name;
}
