// Runs the suite in workerd; with the test server's origin as argument, what goes over the network.
import { spawn } from './start.mjs';
import { program, writeConfig } from './workerd-config.mjs';

const origin = process.argv[2];
const config = origin
  ? writeConfig('workerd-network', ['worker-network', 'report', 'suite'], {
      bindings: { ORIGIN: origin },
      network: true,
    })
  : writeConfig('workerd', ['worker', 'module-scope', 'report', 'suite']);

spawn(program, ['test', config], { stdio: 'inherit' }).on('exit', (code) => (process.exitCode = code ?? 1));
