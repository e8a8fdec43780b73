// What is said of a value of the wrong type.
import { AblyAuthError } from './error.js';

export function refuse(path, found, wanted) {
  const hint = `give ${wanted}`;
  return new AblyAuthError({ kind: 'usage', message: `${path} is ${found}; ${hint}`, path, hint });
}

export function kindOf(value) {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}
