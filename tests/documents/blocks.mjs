// The fenced blocks of a document, each with where it says it runs.
//
//   <!-- test            code that the block needs and a reader does not: it runs in one file with the block, which
//   const key = …;       takes the place of the line `// …` (`# …` in shell), or comes last
//   -->
//   `server.js`:         the name of the file, for the commands of later blocks
//   ```js node           the language, and where it runs

const BLOCK =
  /(?:^<!-- test\n((?:(?!-->)[\s\S])*?)^-->\n+)?(?:^`([\w./-]+)`:\n+)?^( *)(```+)([^\n]*)\n((?:(?!^\3\4$)[^\n]*\n)*)\3\4$/gm;
const PLACE = /^(?:\/\/|#) …$/m;

/** @returns {{ kind: string, file?: string, source: string, shown: string }[]} `source` runs, `shown` is what is read */
export function blocksIn(text) {
  return [...text.matchAll(BLOCK)].map(([, around = '', file, indent, , info, body]) => {
    const shown = indent === '' ? body : body.replaceAll(`\n${indent}`, '\n').replace(indent, '');
    const source = PLACE.test(around) ? around.replace(PLACE, () => shown) : around + shown;
    return { kind: info.trim(), ...(file && { file }), source, shown };
  });
}
