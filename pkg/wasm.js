// The entry for loading the module yourself: call init or initSync once, before any other function.
export * from './lib/api.js';
export { load as init, loadSync as initSync } from './lib/module/load.js';
