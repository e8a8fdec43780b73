// The bash completion script. It runs on bash 3.2, which macOS ships, and does not need the bash-completion package.

export function bash(paths) {
  const cases = paths.map(
    ({ path, words, flags }) =>
      `      ${quoted(path)}) words=${quoted(words.map(([word]) => word).join(' '))}; flags=${quoted(flags.map(({ name }) => `--${name}`).join(' '))};;`,
  );
  const valueCases = paths.flatMap(({ path, flags }) =>
    flags
      .filter(({ takes }) => takes !== undefined)
      .map((flag) => `      ${quoted(`${path} --${flag.name}`)}) takes=${flag.takes}; ${wordsOf(flag)};;`),
  );
  return `# bash completion for ably-edge-auth
_ably_edge_auth() {
  local current=\${COMP_WORDS[COMP_CWORD]} before='' path='' word words='' flags='' values='' takes='' i
  # Bash splits a word at =, : and @. What is completed replaces the part behind = and :, and @ with what is behind it.
  local separator='^[=:]+$' whole=$current at=$COMP_CWORD
  if [ "$current" = '@' ]; then before=@ current=''; elif [ "\${COMP_WORDS[at-1]}" = '@' ]; then before=@; fi
  while [[ $at -gt 1 && ( \${COMP_WORDS[at]} =~ $separator || \${COMP_WORDS[at-1]} =~ $separator ) ]]; do
    at=$((at - 1)); whole=\${COMP_WORDS[at]}$whole
  done
  [[ $current =~ $separator ]] && current=''
  local previous=\${COMP_WORDS[at-1]}
  case $whole in --*=*) previous=\${whole%%=*}; whole=\${whole#*=};; esac
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
  case "$path $previous" in
${valueCases.join('\n')}
  esac
  case $takes in
    file) COMPREPLY=($(compgen -f -- "$current")); return;;
    list)
      case $whole in *=*) whole=\${current##*[=,]};; *) return;; esac
      takes=words;;
  esac
  case $takes in
    words) COMPREPLY=($(compgen -P "\${current%"$whole"}" -W "$values" -- "$whole")); return;;
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

/** Sets the words that may follow a flag. */
function wordsOf({ words, instead }) {
  const cases = instead.map(([flag, of]) => `*" --${flag} "*|*" --${flag}="*) values=${quoted(of.join(' '))};;`);
  const otherwise = cases.length > 0 ? `; case " \${COMP_WORDS[*]} " in ${cases.join(' ')} esac` : '';
  return `values=${quoted(words.join(' '))}${otherwise}`;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
