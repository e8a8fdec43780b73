// checkCapability, parseCapability, capabilityAllows, explainCapability, intersectCapabilities.
import {
  ALLOWED,
  ALLOWS_TEXTS,
  CANONICAL_TEXTS,
  CHECK_CAPABILITY_TEXTS,
  EXPLAIN_TEXTS,
  FLAG_BITS,
  HANDLE,
  INTERSECT_TEXTS,
  UNIDENTIFIED,
  allowsTexts,
  canonicalTexts,
  checkCapabilityTexts,
  explainTexts,
  intersectTexts,
} from '../generated/abi.js';
import { ask, call, module, numbers, readText, write } from './module/shared-buffer.js';
import { capabilityText, clipped, crossing, optionalText, readOptions, text } from './input/options.js';
import { AblyAuthError } from './error.js';

const CONTEXT = new Set(['clientId', 'keyCapability']);

export function checkCapability(input, context = {}) {
  const { clientId, keyCapability } = readOptions(context, CONTEXT, 'context');
  optionalText('clientId', clientId);
  const ofKey =
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
  write(checkCapabilityTexts({ capability: json, keyCapability: ofKey }), CHECK_CAPABILITY_TEXTS);
  numbers[FLAG_BITS] = clientId === null ? UNIDENTIFIED : 0;
  const report = ask(module().checkCapability);
  return report.canonical === undefined ? report : { ...report, capability: JSON.parse(report.canonical) };
}

export function parseCapability(capability) {
  const json = crossing('capability', capabilityText(capability), clipped);
  const texts = canonicalTexts({ capability: json });
  write(texts, CANONICAL_TEXTS);
  call(module().canonical);
  const canonical = readText();
  let number = 0;
  return Object.freeze({
    canonical,
    allows(operation, resource) {
      const asked = allowsTexts({ operation: text('operation', operation), resource: text('resource', resource) });
      for (;;) {
        if (number !== 0) {
          write(asked, ALLOWS_TEXTS);
          if (call(module().allows, number)) return numbers[ALLOWED] === 1;
        }
        // Not read yet, or the module has let it go since.
        write(texts, CANONICAL_TEXTS);
        call(module().putCapability);
        number = numbers[HANDLE];
      }
    },
    explain: (operation, resource) => explainCapability(json, operation, resource),
  });
}

export function capabilityAllows(capability, operation, resource) {
  const texts = {
    operation: text('operation', operation),
    resource: text('resource', resource),
    capability: capabilityText(capability),
  };
  write(allowsTexts(texts), ALLOWS_TEXTS);
  call(module().allows, 0);
  return numbers[ALLOWED] === 1;
}

export function explainCapability(capability, operation, resource) {
  const texts = {
    capability: crossing('capability', capabilityText(capability), clipped),
    operation: crossing('operation', operation),
    resource: crossing('resource', resource),
  };
  write(explainTexts(texts), EXPLAIN_TEXTS);
  return ask(module().explain);
}

export function intersectCapabilities(keyCapability, requested) {
  const texts = {
    keyCapability: crossing('keyCapability', capabilityText(keyCapability, 'keyCapability'), clipped),
    capability: crossing('capability', capabilityText(requested), clipped),
  };
  write(intersectTexts(texts), INTERSECT_TEXTS);
  call(module().intersect);
  return readText();
}
