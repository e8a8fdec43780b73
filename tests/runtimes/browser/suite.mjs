// Loaded by /suite.
import { runSuite } from '../suite.mjs';

globalThis.report = runSuite();
