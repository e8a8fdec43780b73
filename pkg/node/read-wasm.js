// Reads a .wasm file of the package, which is faster than decoding the embedded text.
import { readFileSync } from 'node:fs';

/**
 * The bytes of a file beside the importer's. Undefined in a bundle, which is somewhere else, or if the file there has
 * another length: then it belongs to another version.
 * @param {string} name
 * @param {string} importer its import.meta.url
 * @param {number} length
 */
export function readWasm(name, importer, length) {
  try {
    const bytes = readFileSync(new URL(name, importer));
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}
