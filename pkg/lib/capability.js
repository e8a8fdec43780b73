// checkCapability, parseCapability, capabilityAllows, explainCapability, intersectCapabilities.
import { ask, call, module, numbers, read, write } from './module/shared-buffer.js';
import { capabilityText, clipped, crossing, optionalText, readOptions, text } from './input/options.js';
import { AblyAuthError } from './error.js';

const CONTEXT = new Set(['clientId', 'keyCapability']);
const FLAGS = 9;
const UNIDENTIFIED = 1;
const ASKED = ['operation', 'resource', 'capability'];

export function checkCapability(input, context = {}) {
  const { clientId, keyCapability } = readOptions(context, CONTEXT, 'context');
  optionalText('clientId', clientId);
  const key =
    keyCapability === undefined
      ? undefined
      : crossing('keyCapability', capabilityText(keyCapability, 'keyCapability'), clipped);
  let json;
  try {
    json = crossing('capability', capabilityText(input), clipped);
  } catch (error) {
    if (!(error instanceof AblyAuthError)) throw error;
    const { path } = error;
    const message = [error.message, error.remediation].filter(Boolean).join('; ');
    return { ok: false, issues: [{ severity: 'error', code: 'not-a-capability', path, message }] };
  }
  write([json, key], ['capability', 'keyCapability']);
  numbers[FLAGS] = clientId === null ? UNIDENTIFIED : 0;
  const report = ask(module().checkCapability);
  return report.canonical === undefined ? report : { ...report, capability: JSON.parse(report.canonical) };
}

export function parseCapability(capability) {
  const json = crossing('capability', capabilityText(capability), clipped);
  write([json], ['capability']);
  call(module().canonical);
  const [canonical] = read(1);
  let number = 0;
  return Object.freeze({
    canonical,
    allows(operation, resource) {
      const texts = [text('operation', operation), text('resource', resource)];
      for (;;) {
        if (number !== 0) {
          write(texts, ASKED);
          if (call(module().allows, number)) return numbers[0] === 1;
        }
        // Not read yet, or the module has let it go since.
        write([json], ['capability']);
        call(module().putCapability);
        number = numbers[0];
      }
    },
    explain: (operation, resource) => explainCapability(json, operation, resource),
  });
}

export function capabilityAllows(capability, operation, resource) {
  write([text('operation', operation), text('resource', resource), capabilityText(capability)], ASKED);
  call(module().allows, 0);
  return numbers[0] === 1;
}

export function explainCapability(capability, operation, resource) {
  const texts = [
    crossing('capability', capabilityText(capability), clipped),
    crossing('operation', operation),
    crossing('resource', resource),
  ];
  write(texts, ['capability', 'operation', 'resource']);
  return ask(module().explain);
}

export function intersectCapabilities(keyCapability, requested) {
  const texts = [
    crossing('keyCapability', capabilityText(keyCapability, 'keyCapability'), clipped),
    crossing('capability', capabilityText(requested), clipped),
  ];
  write(texts, ['keyCapability', 'capability']);
  call(module().intersect);
  return read(1)[0];
}
