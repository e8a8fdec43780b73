// The report as a person reads it.
import { median, ratio } from './measure.mjs';

export function printTables({ runtimes }) {
  for (const { label, version, works } of Object.values(runtimes)) {
    console.log(`\n${label} ${version}`);
    for (const [work, times] of Object.entries(works)) {
      const [ours] = Object.keys(times);
      console.log(`  ${work}`);
      for (const [name, each] of Object.entries(times)) {
        const { median: times_, low, high } = ratio(each, times[ours]);
        const beside = name === ours ? '' : `${times_.toFixed(2)} x  (${low.toFixed(2)} to ${high.toFixed(2)})`;
        console.log(`    ${name.padEnd(34)}${duration(median(each)).padStart(10)}   ${beside}`);
      }
    }
  }
}

export function printGoals(goals) {
  if (goals.length === 0) return;
  console.log('\nGoals: time of ours over time of theirs, in the same round');
  for (const { work, ours, theirs, runtime, wanted, found } of goals) {
    const stands = found.median <= wanted ? 'met   ' : 'MISSED';
    console.log(`  ${stands} ${found.median.toFixed(2).padStart(6)} of ${String(wanted).padEnd(5)} ${runtime.padEnd(11)} ${work}: ${ours} / ${theirs}`);
  }
  const missed = goals.filter(({ wanted, found }) => found.median > wanted).length;
  console.log(`  ${goals.length - missed} of ${goals.length} met`);
}

function duration(ns) {
  if (ns < 1_000) return `${ns.toFixed(0)} ns`;
  if (ns < 1_000_000) return `${(ns / 1_000).toFixed(2)} us`;
  return `${(ns / 1_000_000).toFixed(2)} ms`;
}
