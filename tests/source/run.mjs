// What holds of the sources as a whole, and shows in no test of what they do: node tests/source/run.mjs
import { print } from '../runtimes/report.mjs';
import { runSubjects } from '../js/harness.mjs';
import boundary from './boundary.mjs';
import exportLists from './export-lists.mjs';
import pageImports from './page-imports.mjs';
import smallEntries from './small-entries.mjs';

const SUBJECTS = {
  boundary,
  'export lists': exportLists,
  'page imports': pageImports,
  'small entries': smallEntries,
};
if (!print('sources', await runSubjects(SUBJECTS, {}))) process.exitCode = 1;
