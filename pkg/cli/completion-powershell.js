// The PowerShell completion script, for Windows PowerShell 5.1 and for PowerShell 7.

export function powershell(paths) {
  const rows = paths.map(({ path, words, flags }) => {
    const withValue = flags.filter(({ takes }) => takes !== undefined);
    const values = withValue.map(
      ({ name, takes, words: of }) => `${quoted(`--${name}`)} = ${of.length > 0 ? list(of) : quoted(takes)}`,
    );
    const lists = withValue.filter(({ takes }) => takes === 'list').map(({ name }) => quoted(`--${name}`));
    const instead = withValue.flatMap(({ name, instead: others }) =>
      others.map(([other, of]) => `${quoted(`--${name} --${other}`)} = ${list(of)}`),
    );
    return `    ${quoted(path)} = @{
      words = ${table(words)}
      flags = ${table(flags.map(({ name, text }) => [`--${name}`, text]))}
      values = @{${values.join('; ')}}
      lists = @(${lists.join(', ')})
      instead = @{${instead.join('; ')}}
    }`;
  });
  return `# PowerShell completion for ably-edge-auth
Register-ArgumentCompleter -Native -CommandName ably-edge-auth -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $paths = @{
${rows.join('\n')}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
  $path = ''
  foreach ($word in $before | Select-Object -Skip 1) {
    $longer = "$path $word".Trim()
    if ($word.StartsWith('-') -or -not $paths.ContainsKey($longer)) { break }
    $path = $longer
  }
  # PowerShell takes @ for the beginning of a hashtable, so the file is quoted.
  $typed = $wordToComplete.Trim("'", '"')
  if ($typed.StartsWith('@')) {
    Get-ChildItem -Path ($typed.Substring(1) + '*') -ErrorAction SilentlyContinue | ForEach-Object {
      $file = (Resolve-Path -Relative $_.FullName) -replace '^\\.[\\\\/]', ''
      [System.Management.Automation.CompletionResult]::new("'@$file'", $file, 'ParameterValue', $file)
    }
    return
  }
  $value = if ($before.Count -gt 1) { $paths[$path].values[$before[-1]] }
  if ($value -eq 'file' -or $value -eq 'text') { return }
  foreach ($other in $before) {
    $words = $paths[$path].instead["$($before[-1]) $other"]
    if ($words) { $value = $words }
  }
  # NAME=WORD,WORD: each word behind what is typed of it.
  if ($paths[$path].lists -contains $before[-1]) {
    $start = $wordToComplete.Substring(0, $wordToComplete.LastIndexOfAny([char[]]'=,') + 1)
    if ($start -eq '') { return }
    $value = $value | ForEach-Object { "$start$_" }
  }
  $part = if ($wordToComplete.StartsWith('-')) { 'flags' } else { 'words' }
  $offered = $paths[$path][$part]
  if ($value) { $offered = [ordered]@{}; foreach ($word in $value) { $offered[$word] = $word } }
  foreach ($word in $offered.Keys) {
    if ($word -like "$wordToComplete*") {
      [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $offered[$word])
    }
  }
}`;
}

const table = (pairs) => `[ordered]@{${pairs.map(([word, text]) => `${quoted(word)} = ${quoted(text)}`).join('; ')}}`;
const list = (words) => `@(${words.map(quoted).join(', ')})`;
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
