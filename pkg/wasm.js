// For those who load the module themselves: call init or initSync once, before anything else.
export * from './api.js';
export { load as init, loadSync as initSync } from './load.js';
