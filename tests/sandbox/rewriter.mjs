// Counts in a state file that is made short all the time: node rewriter.mjs FILE. It says how far the file
// had come, then how far each acknowledged change has brought it; until it is killed.
import { writeSync } from 'node:fs';
import { openStateFile } from '../../pkg/node/state-file.js';

const say = (line) => writeSync(1, `${line}\n`);
const { file, changes } = await openStateFile(process.argv[2], {
  compactAboveBytes: 1,
  tell: (sentence) => say(`told ${sentence}`),
});
let count = 0;
for (const change of changes) {
  // A snapshot says how many there were.
  if (change.startsWith('=')) count = Number(change.slice(1));
  else if (Number(change) === count) count++;
  else say(`wrong: ${change} comes after ${count}`);
}
say(`begun ${count}`);
await file.compactFrom(() => [`=${count}`]);
for (let next = count; ; ) {
  const together = [next++, next++, next++].map(async (number) => {
    await file.onChange(`${number}`);
    count = number + 1;
    say(`done ${count}`);
  });
  await Promise.all(together);
}
