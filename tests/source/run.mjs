// What holds of the sources as a whole, and shows in no test of what they do: node tests/source/run.mjs
import { print } from '../runtimes/report.mjs';
import { runSubjects } from '../js/harness.mjs';
import boundary from './boundary.mjs';
import exportLists from './export-lists.mjs';
import smallEntries from './small-entries.mjs';

if (!print('sources', await runSubjects({ boundary, 'export lists': exportLists, 'small entries': smallEntries }, {})))
  process.exitCode = 1;
