// The zsh completion script, which shows summaries beside the names.

export function zsh(paths) {
  const cases = paths.map(({ path, words, flags }) => {
    const lines = [];
    if (words.length > 0)
      lines.push(`names=(${words.map(([word, text]) => quoted(`${escaped(word)}:${text}`)).join(' ')})`);
    if (flags.length > 0)
      lines.push(`flags=(${flags.map(({ name, text }) => quoted(`--${escaped(name)}:${text}`)).join(' ')})`);
    return `    ${quoted(path)}) ${lines.join('; ') || ':'};;`;
  });
  const choices = paths.flatMap(({ path, flags }) =>
    flags
      .filter(({ value }) => value !== undefined)
      .map(
        ({ name, choices: of }) =>
          `    ${quoted(`${path} --${name}`)}) takes=1; choices=(${(of ?? []).map(quoted).join(' ')});;`,
      ),
  );
  return `#compdef ably-edge-auth
_ably_edge_auth() {
  local so_far='' word takes='' current=$words[CURRENT] previous=$words[CURRENT-1]
  local -a choices names flags
  for word in $words[2,CURRENT-1]; do
    [[ $word == -* ]] && break
    case "\${so_far:+$so_far }$word" in
${paths
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      ${quoted(path)}`)
  .join('|\\\n')}) so_far="\${so_far:+$so_far }$word";;
      *) break;;
    esac
  done
  case "$so_far $previous" in
${choices.join('\n')}
  esac
  if [[ -n $takes ]]; then
    if (( $#choices )); then compadd -a choices; else _files; fi
    return
  fi
  case $so_far in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then
    _describe -o flag flags
  else
    _describe command names
  fi
}
compdef _ably_edge_auth ably-edge-auth`;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const escaped = (word) => word.replaceAll(':', '\\:');
