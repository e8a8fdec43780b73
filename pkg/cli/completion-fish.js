// The fish completion script: one `complete` line for each word and flag, with the condition under which it applies.

export function fish(paths) {
  const lines = [
    '# fish completion for ably-edge-auth',
    'complete -c ably-edge-auth -f',
    `function __ably_edge_auth_path
    set -l path
    for word in (commandline -opc)[2..-1]
        if string match -q -- '-*' $word
            break
        end
        set -a path $word
    end
    echo "$path"
end`,
    // Words after the name of a command are its arguments.
    `function __ably_edge_auth_at
    test (__ably_edge_auth_path) = "$argv[1]"
end`,
    `function __ably_edge_auth_in
    set -l path (__ably_edge_auth_path)
    test "$path" = "$argv[1]"; or string match -q -- "$argv[1] *" $path
end`,
    // A file after @, wherever that is.
    `function __ably_edge_auth_files
    set -l word (commandline -ct)
    if string match -q -- '@*' $word
        string replace -r '^' '@' -- (__fish_complete_path (string sub -s 2 -- $word))
    end
end`,
    "complete -c ably-edge-auth -a '(__ably_edge_auth_files)'",
    // Whether one of these flags is on the line.
    `function __ably_edge_auth_has
    set -l given (string replace -r -- '=.*' '' (commandline -opc))
    for flag in $argv
        contains -- $flag $given; and return 0
    end
    return 1
end`,
    // The words for NAME=WORD,WORD, behind what is typed of it.
    `function __ably_edge_auth_list
    set -l typed (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    set -l before (string match -r -- '.*[=,]' $typed); and printf '%s\\n' $before$argv
end`,
  ];
  for (const { path, words, flags } of paths) {
    for (const [word, text] of words)
      lines.push(
        `complete -c ably-edge-auth -n ${quoted(`__ably_edge_auth_at ${quoted(path)}`)} -a ${quoted(word)} -d ${quoted(text)}`,
      );
    for (const flag of flags) {
      const complete = (when, of) =>
        lines.push(
          `complete -c ably-edge-auth -n ${quoted(`__ably_edge_auth_in ${quoted(path)}${when}`)} -l ${flag.name}${flag.short ? ` -s ${flag.short}` : ''}${valueWords(of)} -d ${quoted(flag.text)}`,
        );
      const others = flag.instead.map(([other]) => `--${other}`).join(' ');
      complete(others === '' ? '' : `; and not __ably_edge_auth_has ${others}`, flag);
      for (const [other, words] of flag.instead)
        complete(`; and __ably_edge_auth_has --${other}`, { takes: 'words', words });
    }
  }
  return lines.join('\n');
}

function valueWords({ takes, words }) {
  if (takes === undefined) return '';
  if (takes === 'file') return ' -r -F';
  if (takes === 'list') return ` -x -a ${quoted(`(__ably_edge_auth_list ${words.join(' ')})`)}`;
  return ` -x -a ${quoted(takes === 'words' ? words.join(' ') : '(__ably_edge_auth_files)')}`;
}

const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
