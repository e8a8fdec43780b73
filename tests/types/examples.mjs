// Every function that the package exports has an example beside its types, and each example compiles.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from '../../scripts/build/modules.mjs';
import { typedEntries } from '../../scripts/site/reference.mjs';
import { execute, tsc } from '../packaging/processes.mjs';

const EXPORTED = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:function|class) (\w+)/gm;
const OF_MODULE = /^\/\*\*(?:(?!\*\/)[\s\S])*@module(?:(?!\*\/)[\s\S])*\*\//;
const EXAMPLE = /@example\n([\s\S]*?)(?=\n@|$)/g;

/** What an example takes as given: names of its reader's program, with their types. */
const GIVEN = {
  accessToken: 'string',
  added: 'any',
  app: 'any',
  auth: 'any',
  channel: '{ name: string; on(event: string, listener: (change: { reason: unknown }) => void): void }',
  Deno: 'any',
  env: 'any',
  fastify: 'any',
  key: 'string',
  request: 'Request',
  store: 'any',
  stored: 'any',
  token: 'string',
};

const textOf = (comment) =>
  comment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .replace(/^ \* ?/gm, '')
    .trim();
const examplesIn = (comment) => [...textOf(comment).matchAll(EXAMPLE)].map(([, code]) => code.trim());
const declares = (code, name) =>
  new RegExp(`(?:\\b(?:const|let|function|class)\\s|import \\{)[^=;]*\\b${name}\\b`).test(code);

/** @returns {{ name: string, examples: string[] }[]} of each function and class, and of each module's own text */
function documented() {
  return typedEntries().flatMap(([specifier, types]) => {
    const text = readFileSync(join(PACKAGE, types), 'utf8');
    const functions = [...text.matchAll(EXPORTED)].map(([, comment, name]) => ({
      name: `${specifier}: ${name}`,
      imported: `import { ${name} } from '${specifier}';`,
      examples: comment === undefined ? [] : examplesIn(comment),
    }));
    const [comment] = OF_MODULE.exec(text) ?? [];
    return comment === undefined
      ? functions
      : [...functions, { name: specifier, examples: examplesIn(comment), isModule: true }];
  });
}

/** An example as a file of its own, with what it takes as given. */
function program(code, imported) {
  const given = Object.entries(GIVEN).filter(
    ([name]) => new RegExp(`(?<![.\\w'"])${name}\\b(?!:)`).test(code) && !declares(code, name),
  );
  const declared = given.map(([name, type]) => `declare const ${name}: ${type};`).join('\n');
  const importing = imported === undefined || /^import |^export .* from/m.test(code) ? '' : imported;
  return `${importing}\n${declared}\n${code}\nexport {};\n`;
}

export function everyFunctionHasOne() {
  const all = documented().filter(({ isModule }) => !isModule);
  assert.ok(all.length > 25, `${all.length} functions`);
  assert.deepEqual(
    all.filter(({ examples }) => examples.length === 0).map(({ name }) => name),
    [],
    'without an example',
  );
}

export async function compileExamples({ here, work, compiler }) {
  const folder = join(work, 'examples');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, examples, imported } of documented())
    for (const [index, code] of examples.entries())
      writeFileSync(join(folder, `${name.replace(/\W+/g, '-')}-${index}.ts`), program(code, imported));
  const settings = join(work, 'examples.tsconfig.json');
  writeFileSync(
    settings,
    JSON.stringify({
      extends: join(here, 'tsconfig.json'),
      compilerOptions: {
        lib: ['es2022', 'dom'],
        types: ['node'],
        noUnusedLocals: false,
        noPropertyAccessFromIndexSignature: false,
      },
      include: [join(folder, '*.ts')],
    }),
  );
  await execute([...tsc(compiler), '--project', settings], { cwd: here });
}
