// Runs the suite in Firefox, by WebDriver BiDi.
import { drive } from './browser/drive.mjs';

await drive('firefox', { browser: 'firefox', headless: true });
