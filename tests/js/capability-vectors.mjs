// tests/vectors/capability-*.json, report.json and explain.json: see the README there.
import { equal, ok, refuses } from './assert.mjs';
import { textOf } from './build.mjs';
import { KEY, NOW } from './tokens.mjs';

const ALL = '{"[*]*":["*"]}';

export default ({ test, library, vectors }) => {
  const {
    AblyAuthError,
    capabilityAllows,
    checkCapability,
    explainCapability,
    intersectCapabilities,
    issueJwtSync,
    parseCapability,
  } = library;
  const issue = (capability) => issueJwtSync({ key: KEY, capability, now: NOW });

  vectors['capability-match'].forEach(({ capability, operation, resource, allowed }, index) => {
    test(`match ${index}: ${operation} on ${resource}`, () => {
      const text = JSON.stringify(capability);
      equal(capabilityAllows(capability, operation, resource), allowed, 'an object');
      equal(capabilityAllows(text, operation, resource), allowed, 'text');
      equal(parseCapability(capability).allows(operation, resource), allowed, 'parsed');
      equal(explainCapability(text, operation, resource).allowed, allowed, 'explained');
      equal(parseCapability(text).explain(operation, resource).allowed, allowed, 'explained by a parsed one');
    });
  });

  vectors['capability-intersect'].forEach(({ key, requested, expected, error }, index) => {
    test(`intersect ${index}`, () => {
      const run = () => intersectCapabilities(key, requested ?? ALL);
      if (error)
        refuses(AblyAuthError, run, {
          kind: 'capability',
          code: error.code ?? 40160,
          statusCode: error.statusCode ?? 401,
        });
      else equal(run(), expected);
    });
  });

  vectors['capability-canonical'].forEach(({ input, canonical, issuable }, index) => {
    test(`canonical ${index}`, () => {
      equal(parseCapability(input).canonical, canonical);
      equal(parseCapability(canonical).canonical, canonical, 'again');
      if (issuable) equal(issue(input).capability, canonical, 'issued');
      else refuses(AblyAuthError, () => issue(input), { kind: 'capability', code: 40000, statusCode: 400 });
      equal(checkCapability(input).ok, issuable, 'checked');
    });
  });

  vectors['capability-invalid'].forEach(({ capability, issue: issuing, read: reading }, index) => {
    const refused = { kind: 'capability', code: 40000, statusCode: 400 };
    test(`invalid ${index}: issuing it is ${issuing}, reading it ${reading}`, () => {
      if (issuing === 'refused') refuses(AblyAuthError, () => issue(capability), refused);
      else ok(issue(capability));
      if (reading === 'refused') refuses(AblyAuthError, () => parseCapability(capability), refused);
      else ok(parseCapability(capability));
      equal(checkCapability(capability).ok, issuing === 'accepted', 'checked');
    });
  });

  for (const { name, capability } of vectors['documented-capabilities'])
    test(`documented: ${name}`, () => {
      const { diagnostics } = checkCapability(capability, { clientId: 'ada' });
      equal(
        diagnostics.filter(({ severity }) => severity !== 'info'),
        [],
      );
    });

  for (const {
    name,
    capability,
    context,
    ok: fine,
    canonical,
    diagnostics,
    inJavaScript,
    suggestion,
  } of vectors.report)
    test(`report: ${name}`, () => {
      const expected = { ok: fine, diagnostics: inJavaScript ?? diagnostics };
      if (suggestion !== undefined) expected.suggestion = suggestion;
      if (canonical !== undefined) Object.assign(expected, { canonical, capability: JSON.parse(canonical) });
      equal(checkCapability(textOf(capability), context), expected);
    });

  for (const { name, capability, operation, resource, allowed, because, message, ...more } of vectors.explain)
    test(`explain: ${name}`, () => {
      const verdict = more.verdict ?? (allowed ? 'allowed' : 'denied');
      const expected = { allowed, verdict, operation, resource, because, message };
      for (const found of [
        explainCapability(capability, operation, resource),
        parseCapability(capability).explain(operation, resource),
      ]) {
        const { certainty, diagnostics, ...rest } = found;
        equal(rest, expected);
        equal(certainty, more.certainty ?? 'documented');
        equal(
          diagnostics.map(({ code }) => code),
          more.diagnostics ?? [],
        );
      }
    });
};
