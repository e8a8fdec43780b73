// The report as a person reads it.
import { ratio, spread } from './arithmetic.mjs';
import { machine } from './chart.mjs';
import { growthOf } from './goals.mjs';

export function printTables({ runtimes, growth, memory, connections, processor, cores, load, peers }) {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  console.log(`\n${machine({ processor, cores })}, load ${load.toFixed(1)}; ${versions.join(', ')}`);
  for (const { label, version, works } of Object.values(runtimes)) printTimes(`${label} ${version}`, works);
  if (growth) printGrowth(growth);
  if (memory) printMemory(memory);
  if (connections) {
    const { connections: count, bytes } = connections.works;
    console.log(
      `\n${count.toLocaleString('en')} idle connections of the sandbox: ${(bytes / 1024).toFixed(1)} KB each`,
    );
  }
}

function printTimes(title, works) {
  console.log(`\n${title}`);
  for (const [work, times] of Object.entries(works)) {
    const names = Object.keys(times);
    const base = names.find((name) => name.startsWith('ours')) ?? names[0];
    console.log(`  ${work}`);
    for (const [name, each] of Object.entries(times)) {
      const { median, low, high } = spread(each);
      const around = `± ${(((high - low) / 2 / median) * 100).toFixed(0)} %`;
      console.log(
        `    ${name.padEnd(35)}${duration(median).padStart(10)} ${around.padStart(6)}   ${name === base ? '' : within(ratio(each, times[base]), 'x')}`,
      );
    }
  }
}

function printGrowth({ version, works }) {
  console.log(
    `\nGrowth with the number of resources or of what the name says, Node.js ${version}: time for each of them, and the power from 100 of them on`,
  );
  for (const [work, sizes] of Object.entries(works)) {
    const each = Object.entries(sizes).map(([size, times]) =>
      `${size}: ${duration(spread(times).median / size)}`.padEnd(16),
    );
    console.log(`  ${work.padEnd(34)}${each.join('')}${within(growthOf(sizes), '')}`);
  }
}

function printMemory({ version, works }) {
  console.log(`\nMemory, Node.js ${version}: in kB`);
  for (const [work, samples] of Object.entries(works)) {
    console.log(`  ${work.padEnd(30)}${['wasm', 'heap', 'resident'].map((name) => name.padStart(10)).join('')}`);
    for (const { done, ...bytes } of samples)
      console.log(
        `  ${done.toLocaleString('en').padStart(30)}${['wasm', 'heap', 'resident']
          .map((name) =>
            Math.round(bytes[name] / 1000)
              .toLocaleString('en')
              .padStart(10),
          )
          .join('')}`,
      );
  }
}

export function printGoals(goals) {
  if (goals.length === 0) return;
  console.log('\nGoals: medians of what was compared within each round, at most (≤) or at least (≥)');
  for (const { what, where, found, wanted, unit, met, isLeast } of goals)
    console.log(
      `  ${met ? 'met   ' : 'MISSED'} ${found.toFixed(2).padStart(6)} ${isLeast ? '≥' : '≤'} ${String(wanted).padEnd(5)}${unit.padEnd(8)} ${where.padEnd(12)} ${what}`,
    );
  console.log(`  ${goals.filter(({ met }) => met).length} of ${goals.length} met`);
}

function within({ median, low, high }, unit) {
  return `${median.toFixed(2)} ${unit} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function duration(ns) {
  if (ns < 1_000) return `${ns.toFixed(0)} ns`;
  if (ns < 1_000_000) return `${(ns / 1_000).toFixed(2)} us`;
  return `${(ns / 1_000_000).toFixed(2)} ms`;
}
