// The bash completion script. It runs on bash 3.2, which macOS ships, and does not need the bash-completion package.

export function bash(paths) {
  const cases = paths.map(
    ({ path, words, flags }) =>
      `      ${quoted(path)}) words=${quoted(words.map(([word]) => word).join(' '))}; flags=${quoted(flags.map(({ name }) => `--${name}`).join(' '))};;`,
  );
  const valueCases = paths.flatMap(({ path, flags }) =>
    flags
      .filter(({ takes }) => takes !== undefined)
      .map(
        ({ name, takes, words }) =>
          `      ${quoted(`${path} --${name}`)}) takes=${takes}; values=${quoted(words.join(' '))};;`,
      ),
  );
  return `# bash completion for ably-edge-auth
_ably_edge_auth() {
  local current=\${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) before='' path='' word words='' flags='' values='' takes='' i
  # Bash splits a word at = and @. What is completed replaces the part behind =, and @ with what is behind it.
  if [ "$current" = '@' ]; then before=@ current=''; elif [ "\${COMP_WORDS[at]}" = '@' ]; then before=@; at=$((at - 1)); fi
  if [ "$current" = '=' ]; then current=''; elif [ "\${COMP_WORDS[at]}" = '=' ]; then at=$((at - 1)); fi
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
  if [ -n "$before" ]; then COMPREPLY=($(compgen -P @ -f -- "$current")); return; fi
  case $current in @*) COMPREPLY=($(compgen -P @ -f -- "\${current#@}")); return;; esac
  case "$path \${COMP_WORDS[at]}" in
${valueCases.join('\n')}
  esac
  case $takes in
    file) COMPREPLY=($(compgen -f -- "$current")); return;;
    words) COMPREPLY=($(compgen -W "$values" -- "$current")); return;;
    text) COMPREPLY=(); return;;
  esac
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
