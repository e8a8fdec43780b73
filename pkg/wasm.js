// For those who load the module themselves: call init or initSync once, before anything else.
export * from './lib/api.js';
export { load as init, loadSync as initSync } from './lib/module/load.js';
