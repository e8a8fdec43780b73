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
  const values = paths.flatMap(({ path, flags }) =>
    flags
      .filter(({ takes }) => takes !== undefined)
      .map((flag) => `    ${quoted(`${path} --${flag.name}`)}) takes=${flag.takes}; ${wordsOf(flag)};;`),
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
  if [[ $current == @* ]]; then
    compset -P '@'
    _files
    return
  fi
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*} current=\${current#*=}
    compset -P 1 '*='
  fi
  case "$so_far $previous" in
${values.join('\n')}
  esac
  case $takes in
    file) _files; return;;
    words) compadd -a choices; return;;
    list)
      if [[ $current == *=* ]]; then
        compset -P '*[=,]'
        compadd -a choices
      fi
      return;;
    text) return;;
  esac
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

/** Sets the words that may follow a flag. */
function wordsOf({ words, instead }) {
  const set = (of) => `choices=(${of.map(quoted).join(' ')})`;
  const cases = instead.map(([flag, of]) => `*" --${flag} "*|*" --${flag}="*) ${set(of)};;`);
  return set(words) + (cases.length > 0 ? `; case " $words " in ${cases.join(' ')} esac` : '');
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const escaped = (word) => word.replaceAll(':', '\\:');
