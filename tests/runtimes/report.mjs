// What a shell prints about a run: the failures, then the line that scripts/tally.mjs adds up.

const MOST_FAILURES = 60;

export function print(runtime, { passed, failed, failures }) {
  for (const { name, reason } of failures.slice(0, MOST_FAILURES))
    console.log(`FAILED ${name}\n    ${reason.replaceAll('\n', '\n    ')}`);
  if (failures.length > MOST_FAILURES) console.log(`… and ${failures.length - MOST_FAILURES} more`);
  console.log(`${runtime}: ${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

export function sum(...reports) {
  return {
    passed: reports.reduce((total, { passed }) => total + passed, 0),
    failed: reports.reduce((total, { failed }) => total + failed, 0),
    failures: reports.flatMap(({ failures }) => failures),
  };
}
