// What holds of the sources as a whole, and shows in no test of what they do: node tests/source/run.mjs
import { print } from '../runtimes/report.mjs';
import { runSubjects } from '../js/harness.mjs';
import boundary from './boundary.mjs';
import exportLists from './export-lists.mjs';

if (!print('sources', await runSubjects({ boundary, 'export lists': exportLists }, {}))) process.exitCode = 1;
