// accessTokenCapabilities, accessTokenAllows.
import { module } from './frame.js';
import { crossing, kindOf, refuse } from './options.js';

/** Filled when the module starts, which is before anybody's import has resolved. */
export const accessTokenCapabilities = [];

export function fillAccessTokenCapabilities() {
  if (accessTokenCapabilities.length > 0) return;
  for (const row of module().accessTokenCapabilities()) {
    Object.freeze(row.endpoints);
    Object.freeze(row.commands);
    accessTokenCapabilities.push(Object.freeze(row));
  }
  Object.freeze(accessTokenCapabilities);
}

export function accessTokenAllows(capabilities, need) {
  if (!Array.isArray(capabilities)) throw refuse('capabilities', kindOf(capabilities), 'the list of capabilities from /me');
  return module().accessTokenAllows(
    Array.from(capabilities, (capability, index) => crossing(`capabilities[${index}]`, capability)),
    crossing('need', need),
  );
}
