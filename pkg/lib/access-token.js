// accessTokenAllows.
import { CAPABILITIES } from './control-operations.js';
import { CHECK_NEED_TEXTS, checkNeedTexts } from '../generated/abi.js';
import { call, module, write } from './module/shared-buffer.js';
import { crossing, kindOf, refuse } from './input/options.js';

export function accessTokenAllows(capabilities, need) {
  if (!Array.isArray(capabilities))
    throw refuse('capabilities', kindOf(capabilities), 'the list of capabilities from /me');
  const held = Array.from(capabilities, (capability, index) => crossing(`capabilities[${index}]`, capability));
  const texts = {
    need: crossing('need', need),
    names: CAPABILITIES.map(([name]) => name).join(),
    labels: CAPABILITIES.map(([, label]) => label).join(),
  };
  write(checkNeedTexts(texts), CHECK_NEED_TEXTS);
  call(module().checkNeed);
  return held.includes(need);
}
