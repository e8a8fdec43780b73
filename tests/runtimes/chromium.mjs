// Runs the suite in Chromium; with the test server's origin as argument, what goes over the network.
import { drive } from './browser/drive.mjs';

await drive('chromium', process.argv[2]);
