// accessTokenCapabilities, accessTokenAllows.
import { CAPABILITIES, OPERATIONS } from './control-operations.js';
import { call, module, write } from './module/shared-buffer.js';
import { crossing, kindOf, refuse } from './input/options.js';

export const accessTokenCapabilities = /* @__PURE__ */ listed();

function listed() {
  const rows = CAPABILITIES.map(([capability, label, group, commands]) => {
    const unlocked = OPERATIONS.filter(([, , , needs]) => needs === capability);
    const endpoints = Object.freeze(unlocked.map(([, method, path]) => `${method} ${path}`));
    return Object.freeze({ capability, label, group, commands: Object.freeze(commands), endpoints });
  });
  return Object.freeze(rows);
}

export function accessTokenAllows(capabilities, need) {
  if (!Array.isArray(capabilities))
    throw refuse('capabilities', kindOf(capabilities), 'the list of capabilities from /me');
  const held = Array.from(capabilities, (capability, index) => crossing(`capabilities[${index}]`, capability));
  const column = (place) => CAPABILITIES.map((row) => row[place]).join();
  write([crossing('need', need), column(0), column(1)], ['need']);
  call(module().checkNeed);
  return held.includes(need);
}
