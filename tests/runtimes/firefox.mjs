// Runs the suite in Firefox, by WebDriver BiDi; with the test server's origin as argument, what goes over the network.
import { drive } from './browser/drive.mjs';

await drive('firefox', process.argv[2]);
