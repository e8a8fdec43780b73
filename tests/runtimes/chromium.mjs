// Runs the suite in Chromium; with the test server's origin as argument, what goes over the network.
import { drive } from './browser/drive.mjs';

const args = [
  // As root, which is what a container is, Chromium's sandbox does not start.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...['--disable-gpu', '--disable-quic', '--no-first-run'],
  // It would call home otherwise, and a machine without a way out then refuses it many times a second.
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

await drive('chromium', { browser: 'chrome', headless: true, args }, process.argv[2]);
