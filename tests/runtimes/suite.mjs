// The suite over the packed package, for every runtime that resolves `ably-edge-auth` by itself.
import {
  errors,
  frame,
  library,
  module,
  overFrame,
  products,
  realtime,
  sandbox,
  stores,
  utf8,
  vectors,
  webhook,
} from '../.work/runtimes/staged.mjs';
import { run, runNetwork } from '../js/index.mjs';

overFrame.initSync(module);

export const runSuite = () =>
  run({
    library,
    products,
    realtime,
    sandbox,
    errors,
    raw: { frame, library: overFrame, utf8 },
    stores,
    vectors,
    webhook,
  });

/** What goes over the network, to the test server at `origin`. */
export const runNetworkSuite = (origin) => runNetwork({ library, network: { origin } });
