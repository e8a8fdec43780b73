// The bash completion script. It runs on bash 3.2, which macOS ships, and does not need the bash-completion package.

export function bash(paths) {
  const cases = paths.map(
    ({ path, words, flags }) =>
      `      ${quoted(path)}) words=${quoted(words.map(([word]) => word).join(' '))}; flags=${quoted(flags.map(({ name }) => `--${name}`).join(' '))};;`,
  );
  const values = new Map();
  for (const { path, flags } of paths)
    for (const { name, value, choices } of flags)
      if (value !== undefined) values.set(`${path} --${name}`, (choices ?? []).join(' '));
  const valueCases = [...values].map(([at, choices]) => `      ${quoted(at)}) values=${quoted(choices)}; takes=1;;`);
  return `# bash completion for ably-edge-auth
_ably_edge_auth() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path='' word words='' flags='' values='' takes='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in -*) break;; esac
    case "\${path:+$path }$word" in
${paths
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      ${quoted(path)}`)
  .join('|\\\n')}) path="\${path:+$path }$word";;
      *) break;;
    esac
  done
  case "$path $previous" in
${valueCases.join('\n')}
  esac
  if [ -n "$takes" ]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
    [ -n "$values" ] || COMPREPLY=($(compgen -f -- "$current"))
    return
  fi
  case $path in
${cases.join('\n')}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current"));;
    *) COMPREPLY=($(compgen -W "$words" -- "$current"));;
  esac
}
complete -F _ably_edge_auth ably-edge-auth`;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
