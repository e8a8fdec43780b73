// The module's own "did you mean".
import { NEAREST_TEXTS, nearestTexts } from '../../generated/abi.js';
import { call, module, readText, write } from '../module/shared-buffer.js';

/** The name that was probably meant, if any. */
export function nearest(given, names) {
  const typed = given.slice(0, 100).replace(/\p{Surrogate}/gu, '\ufffd');
  write(nearestTexts({ typed, known: names.join() }), NEAREST_TEXTS);
  call(module().nearest);
  return readText();
}
