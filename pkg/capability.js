// checkCapability, parseCapability, capabilityAllows, explainCapability, intersectCapabilities.
import { call, module, numbers, write } from './frame.js';
import { capabilityText, checkOptions, crossing, optionalText, text } from './options.js';
import { AblyAuthError } from './error.js';

const CONTEXT = new Set(['clientId', 'keyCapability']);
const ASKED = ['operation', 'resource', 'capability'];

export function checkCapability(input, context = {}) {
  const { clientId, keyCapability } = checkOptions(context, CONTEXT);
  optionalText('clientId', clientId);
  const key = keyCapability === undefined ? undefined : crossing('keyCapability', capabilityText(keyCapability, 'keyCapability'));
  let json;
  try {
    json = crossing('capability', capabilityText(input));
  } catch (error) {
    if (!(error instanceof AblyAuthError)) throw error;
    const { path, message } = error;
    return { ok: false, issues: [{ severity: 'error', code: 'not-a-capability', path, message }] };
  }
  const report = module().checkCapability(json, clientId === null, key);
  return report.canonical === undefined ? report : { ...report, capability: JSON.parse(report.canonical) };
}

export function parseCapability(capability) {
  const json = crossing('capability', capabilityText(capability));
  const canonical = module().canonical(json);
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
  return module().explain(
    crossing('capability', capabilityText(capability)),
    crossing('operation', operation),
    crossing('resource', resource),
  );
}

export function intersectCapabilities(keyCapability, requested) {
  return module().intersect(
    crossing('keyCapability', capabilityText(keyCapability, 'keyCapability')),
    crossing('capability', capabilityText(requested)),
  );
}
