// The suite over the packed package, for every runtime that resolves `ably-edge-auth` by itself.
import { frame, library, sandbox, stores, vectors } from '../.work/runtimes/staged.mjs';
import { run, runNetwork } from '../suite/index.mjs';

export const runSuite = () => run({ library, sandbox, frame, stores, vectors });

/** What goes over the network, to the test server at `origin`. */
export const runNetworkSuite = (origin) => runNetwork({ library, network: { origin } });
