// Adds up what the test runners print about themselves.
import { stripVTControlCharacters } from 'node:util';

const CARGO = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/;
const OURS = /^[^:].*: (\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** @returns {{ passed: number, failed: number, ignored: number, skips: string[], outside: string[] }} */
export function tally(output, succeeded) {
  const total = { passed: 0, failed: 0, ignored: 0, skips: [], outside: [] };
  let runners = 0;
  for (const line of stripVTControlCharacters(output).split(/\r?\n/)) {
    if (line.startsWith('SKIPPED: ')) total.skips.push(line.slice('SKIPPED: '.length));
    if (line.startsWith('NOT IN CI: ')) total.outside.push(line.slice('NOT IN CI: '.length));
    const counts = line.match(CARGO) ?? line.match(OURS);
    if (!counts) continue;
    runners++;
    total.passed += Number(counts[1]);
    total.failed += Number(counts[2]);
    total.ignored += Number(counts[3] ?? 0);
  }
  // A step without runners is one test; a failure that no runner counted is one too.
  if (succeeded && runners === 0) total.passed = 1;
  if (!succeeded && total.failed === 0) total.failed = 1;
  return total;
}
