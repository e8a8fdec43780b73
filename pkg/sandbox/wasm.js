// Entry for programs that load the sandbox's module themselves: call init or initSync once, before anything else.
export { AblyAuthError } from '../lib/error.js';
export { createSandbox } from './create.js';
export { loadSandbox as init, loadSandboxSync as initSync } from './load.js';
