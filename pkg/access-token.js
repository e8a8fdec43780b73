// accessTokenCapabilities, accessTokenAllows.
import { call, module, write } from './frame.js';
import { crossing, kindOf, refuse } from './options.js';

/** Filled when the module starts, which is before anybody's import has resolved. */
export const accessTokenCapabilities = [];

export function fillAccessTokenCapabilities() {
  if (accessTokenCapabilities.length > 0) return;
  const operations = module().operations();
  for (const row of module().accessTokenCapabilities()) {
    const unlocked = operations.filter(({ needs }) => needs === row.capability);
    row.endpoints = Object.freeze(unlocked.map(({ method, path }) => `${method} ${path}`));
    Object.freeze(row.commands);
    accessTokenCapabilities.push(Object.freeze(row));
  }
  Object.freeze(accessTokenCapabilities);
}

export function accessTokenAllows(capabilities, need) {
  if (!Array.isArray(capabilities)) throw refuse('capabilities', kindOf(capabilities), 'the list of capabilities from /me');
  const held = Array.from(capabilities, (capability, index) => crossing(`capabilities[${index}]`, capability));
  write([crossing('need', need)], ['need']);
  call(module().checkNeed);
  return held.includes(need);
}
