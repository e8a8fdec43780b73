// Runs in workerd.
import { runSubjects } from '../js/harness.mjs';
import moduleScope from './module-scope.mjs';
import { print, sum } from './report.mjs';
import { runSuite } from './suite.mjs';

export default {
  async test(_controller, { VERSION }) {
    const report = sum(await runSubjects({ 'module scope': moduleScope }, {}), await runSuite());
    if (!print(VERSION, report)) throw new Error('some tests failed');
  },
};
