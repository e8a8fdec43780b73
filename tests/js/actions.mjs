// The actions that explainCapability knows: tests/vectors/actions.json.
import { equal, ok } from './assert.mjs';

export default ({ test, library, vectors }) => {
  const { capabilityAllows, explainCapability } = library;

  for (const it of vectors.actions) {
    const resource = it.resource?.split(' ')[0] ?? 'ns:1';
    const modes = it.mode?.match(/[A-Z_]{7,}/g);
    const [rule] = it.rule?.match(/^\w+/) ?? [];
    const context = { clientId: 'ada', modes, rules: rule && { ns: { [rule]: true } } };
    const grant = (operations) => ({ [resource]: operations });
    const explain = (operations, more) =>
      explainCapability(grant(operations), it.id, resource, { ...context, ...more });
    const alternatives = it.ours ?? it.operations;

    for (const operations of alternatives)
      test(`${it.id} with ${operations.join(' and ')}`, () => {
        const { verdict, certainty, because, message } = explain(operations);
        // Where the operations are a guess, all of them should be granted.
        equal(verdict, it.id === 'annotations.list' ? 'uncertain' : 'allowed', message);
        equal(certainty, it.certainty, message);
        equal(
          because.map(({ entry }) => entry),
          [resource],
        );
        for (const without of operations) equal(explain(operations.filter((name) => name !== without)).allowed, false);
      });
    if (alternatives.length > 0)
      test(`${it.id} with everything, and with nothing`, () => {
        equal(explain(['*']).verdict, 'allowed');
        equal(explain(alternatives.flat()).verdict, 'allowed');
        equal(explainCapability({}, it.id, resource, context).verdict, 'denied');
        equal(explainCapability({}, it.id, resource, context).because, []);
      });
    // History needs it beyond the live window only.
    if (rule && rule !== 'persisted' && alternatives.length > 0)
      test(`${it.id} without its channel rule`, () => {
        for (const rules of [{}, { ns: {} }, { ns: { [rule]: false } }]) {
          const { verdict, diagnostics } = explain(alternatives[0], { rules });
          equal([verdict, diagnostics[0].code], ['denied', 'rule-missing']);
        }
      });
    test(`${it.id} is asked about like an operation`, () => {
      for (const operations of alternatives)
        equal(
          capabilityAllows(grant(operations), it.id, resource),
          explainCapability(grant(operations), it.id, resource).allowed,
        );
    });
  }

  test('what no operation grants', () => {
    equal(explainCapability({}, 'time', '*').verdict, 'allowed');
    equal(explainCapability({}, 'token.request', '*').verdict, 'allowed');
    equal(explainCapability({ '[*]*': ['*'] }, 'token.revoke', '*').verdict, 'denied');
    equal(explainCapability({ '[*]*': ['*'] }, 'connections.list', '*').verdict, 'uncertain');
  });
  test('an unknown action gets a suggestion', () => {
    const { verdict, message } = explainCapability({ c: ['publish'] }, 'mesage.get', 'c');
    equal(verdict, 'denied');
    ok(message.endsWith('(unknown operation mesage.get; did you mean message.get?)'), message);
  });
  test('a client id stands in the way, or does not', () => {
    const own = { c: ['message-update-own', 'presence'] };
    const ask = (action, context) => explainCapability(own, action, 'c', context);
    const found = (action, context) => {
      const { verdict, diagnostics } = ask(action, context);
      return [verdict, ...diagnostics.map(({ code }) => code)];
    };
    equal(found('message.update', {}), ['allowed']);
    equal(found('message.update', { clientId: null }), ['denied', 'unidentified']);
    equal(found('message.update', { clientId: '*' }), ['uncertain', 'wildcard-client-id']);
    equal(found('message.update', { clientId: 'ada', forClientId: 'ada' }), ['allowed']);
    equal(found('message.update', { clientId: 'ada', forClientId: 'bob' }), ['denied', 'other-client']);
    equal(found('presence.enter-client', { clientId: '*', forClientId: 'bob' }), ['allowed']);
    equal(found('presence.enter-client', { clientId: 'ada', forClientId: 'bob' }), ['denied', 'other-client']);
    equal(found('presence', { clientId: null }), ['denied', 'unidentified']);
    equal(found('presence', { clientId: '*' }), ['allowed']);
    const any = { c: ['message-update-any'] };
    equal(explainCapability(any, 'message.update', 'c', { clientId: null }).verdict, 'allowed');
  });
  test('a parsed one takes a context, too', () => {
    const parsed = library.parseCapability({ c: ['presence'] });
    equal(parsed.explain('presence.enter', 'c', { clientId: null }).verdict, 'denied');
  });
};
