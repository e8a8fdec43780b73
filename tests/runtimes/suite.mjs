// The suite over the packed package, for every runtime that resolves `ably-edge-auth` by itself.
import { frame, library, vectors } from '../.work/runtimes/staged.mjs';
import { run } from '../suite/index.mjs';

export const runSuite = () => run({ library, frame, vectors });
