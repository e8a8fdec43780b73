// Whether the JavaScript is what the declarations say, export by export: the compiler's own declarations of it must be
// assignable to ours. What it cannot infer is `any` there, and is seen by tests/js/ alone.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, tsc } from '../packaging/processes.mjs';

/** Its `name` stands on the prototype, and its constructor takes any fields. */
const ERROR = 'AblyAuthError';

/** @param {Record<string, { entry: string, names: string[] }>} entries by specifier */
export async function checkImplementation(entries, { here, work, environment }) {
  rmSync(join(work, '../javascript'), { recursive: true, force: true });
  await execute([...tsc('typescript'), '--project', join(here, 'javascript.tsconfig.json')], { cwd: here });

  const lines = Object.entries(entries).flatMap(([specifier, { entry, names }], index) => [
    `import * as declared${index} from '${specifier}';`,
    `import * as real${index} from '../javascript/${entry}';`,
    ...names.map((name) => {
      const [declared, real] = [`typeof declared${index}.${name}`, `real${index}.${name}`];
      return name === ERROR
        ? `export const ${name}_${index}: new (fields: never) => Omit<InstanceType<${declared}>, 'name'> = ${real};`
        : `export const ${name}_${index}: ${declared} = ${real};`;
    }),
  ]);
  const settings = join(work, '../javascript/tsconfig.json');
  writeFileSync(join(work, '../javascript/declared.ts'), `${lines.join('\n')}\n${CONTROL}`);
  writeFileSync(
    settings,
    JSON.stringify({
      extends: join(here, 'tsconfig.json'),
      // The compiler infers `?: T | undefined` for what is left out at times.
      compilerOptions: { lib: ['es2022', 'dom'], exactOptionalPropertyTypes: false, skipLibCheck: true },
      include: [],
      files: ['declared.ts', ...environment],
    }),
  );
  await execute([...tsc('typescript'), '--project', settings], { cwd: here });
}

/** The methods of ControlClient are made from a table, and are the ones that are declared. */
const CONTROL = `
import type { ControlClient } from 'ably-edge-auth';
import type { OPERATIONS } from '../javascript/lib/control-operations.js';
type Declared = {
  [Group in keyof ControlClient]: ControlClient[Group] extends (...given: never[]) => unknown
    ? Group
    : \`\${Group}.\${keyof ControlClient[Group] & string}\`;
}[keyof ControlClient];
/** That one asks keys.list. */
type Made = (typeof OPERATIONS)[number][0] | 'keys.get';
export const declaredAreMade: Made[] = [] as Declared[];
export const madeAreDeclared: Declared[] = [] as Made[];
`;
