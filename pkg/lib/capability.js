// checkCapability, compactCapability, parseCapability, capabilityAllows, explainCapability, intersectCapabilities.
import {
  ANSWER,
  ALLOWS_TEXTS,
  CHECK_CAPABILITY_TEXTS,
  COMPACT_CAPABILITY_TEXTS,
  EXPLAIN_TEXTS,
  FLAG_BITS,
  HANDLE,
  INTERSECT_TEXTS,
  PUT_CAPABILITY_TEXTS,
  UNIDENTIFIED,
  allowsTexts,
  checkCapabilityTexts,
  compactCapabilityTexts,
  explainTexts,
  intersectTexts,
  putCapabilityTexts,
} from '../generated/abi.js';
import { ACTIONS } from '../generated/actions.js';
import { ask, call, module, numbers, readText, write } from './module/shared-buffer.js';
import { readContext } from './input/explain-context.js';
import { capabilityText, clipped, crossing, optionalText, readOptions, text } from './input/options.js';
import { AblyAuthError } from './error.js';
import { withCorrection } from './typed/correct.js';

const CONTEXT = new Set(['clientId', 'keyCapability']);

/** The table of actions, unless the name can only be that of an operation. */
const actionsFor = (name) => (name.includes('.') || name === 'time' ? ACTIONS : undefined);

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
    return { ok: false, diagnostics: [{ severity: 'error', code: 'not-a-capability', path, message }] };
  }
  const bits = clientId === null ? UNIDENTIFIED : 0;
  const report = withCorrection(reportOn(json, ofKey, bits), json, (typed) => reportOn(typed));
  return report.canonical === undefined ? report : { ...report, capability: JSON.parse(report.canonical) };
}

function reportOn(capability, keyCapability = undefined, bits = 0) {
  write(checkCapabilityTexts({ capability, keyCapability }), CHECK_CAPABILITY_TEXTS);
  numbers[FLAG_BITS] = bits;
  return ask(module().checkCapability);
}

export function parseCapability(capability) {
  const json = crossing('capability', capabilityText(capability), clipped);
  let number;
  const put = () => {
    write(putCapabilityTexts({ capability: json }), PUT_CAPABILITY_TEXTS);
    call(module().putCapability);
    number = numbers[HANDLE];
  };
  put();
  const canonical = readText();
  return Object.freeze({
    canonical,
    allows(operation, resource) {
      const asked = allowsTexts({
        operation: text('operation', operation),
        resource: text('resource', resource),
        actions: actionsFor(operation),
      });
      for (;;) {
        write(asked, ALLOWS_TEXTS);
        if (call(module().allows, number)) return numbers[ANSWER] === 1;
        put(); // the module has let it go since
      }
    },
    explain: (operation, resource, given) => explainCapability(json, operation, resource, given),
  });
}

export function capabilityAllows(capability, operation, resource) {
  const texts = {
    operation: text('operation', operation),
    resource: text('resource', resource),
    capability: capabilityText(capability),
    actions: actionsFor(operation),
  };
  write(allowsTexts(texts), ALLOWS_TEXTS);
  call(module().allows, 0);
  return numbers[ANSWER] === 1;
}

export function explainCapability(capability, operation, resource, context) {
  text('operation', operation);
  text('resource', resource);
  const { verdict, certainty, message, surfaces, diagnostics } = explain(
    capability,
    { operation, name: resource, actions: actionsFor(operation) },
    context,
  );
  const because = surfaces.flatMap((surface) => surface.because);
  return { allowed: verdict === 'allowed', verdict, certainty, operation, resource, because, message, diagnostics };
}

/** Asks the module about an operation or action on `name`, or about a feature by its row. */
export function explain(capability, question, context) {
  const { unidentified, ...known } = readContext(context);
  const texts = {
    capability: crossing('capability', capabilityText(capability), clipped),
    ...question,
    ...known,
  };
  write(explainTexts(texts), EXPLAIN_TEXTS);
  numbers[FLAG_BITS] = unidentified ? UNIDENTIFIED : 0;
  return ask(module().explain);
}

export function compactCapability(capability) {
  const texts = { capability: crossing('capability', capabilityText(capability), clipped) };
  write(compactCapabilityTexts(texts), COMPACT_CAPABILITY_TEXTS);
  const compact = ask(module().compactCapability);
  compact.suggestions.sort((one, other) => other.savedBytes - one.savedBytes);
  return compact;
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
