// Runs in workerd: what goes over the network.
import { print } from './report.mjs';
import { runNetworkSuite } from './suite.mjs';

export default {
  async test(_controller, { VERSION, ORIGIN }) {
    if (!print(`${VERSION}, network`, await runNetworkSuite(ORIGIN))) throw new Error('some tests failed');
  },
};
