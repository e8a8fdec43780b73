// ably-edge-auth/products: explainFeature and capabilityFor. tests/vectors/products.json says what is expected.
import { equal, ok, refuses } from './assert.mjs';

export default ({ test, library, products, vectors }) => {
  const { AblyAuthError, explainCapability, parseCapability } = library;
  const { capabilityFor, explainFeature, productFeatures } = products;

  const ask = ({ capability, context, ask: { channel, operation, ...question } }) =>
    channel === undefined
      ? explainFeature(capability, question, context ?? undefined)
      : explainCapability(capability, operation, channel, context ?? undefined);

  for (const it of vectors.products)
    test(`${it.id}: ${it.expect}`, () => {
      const { allowed, verdict, certainty, diagnostics, message } = ask(it);
      const codes = diagnostics.map(({ code }) => code);
      equal(allowed, verdict === 'allowed');
      equal(certainty, it.ours ?? it.certainty, message);
      if (it.expect === 'allow') equal(verdict, 'allowed', message);
      else if (it.expect === 'deny') equal(verdict, 'denied', message);
      else {
        ok(codes.includes(it.expect.slice('warn:'.length)), `${codes} ${message}`);
        ok(verdict !== (it.lean === 'allow' ? 'denied' : 'allowed'), message);
      }
    });

  test('an explanation of a feature has all its parts', () =>
    equal(explainFeature({ 'support:*': ['history'] }, { chatRoom: 'support:7', feature: 'history' }), {
      allowed: false,
      verdict: 'uncertain',
      certainty: 'inferred',
      message:
        'history in the chat room support:7 is uncertain: it needs subscribe, and `support:*` matches but grants history, not subscribe',
      operations: ['history', 'subscribe'],
      surfaces: [
        {
          surface: 'rest',
          channel: 'support:7',
          operations: ['history'],
          allowed: true,
          because: [{ entry: 'support:*', operations: ['history'], reason: '`support:*` matches and grants history' }],
        },
        {
          surface: 'realtime',
          channel: 'support:7::$chat',
          operations: ['subscribe'],
          allowed: false,
          because: [
            {
              entry: 'support:*',
              operations: ['history'],
              reason: '`support:*` matches but grants history, not subscribe',
              suggestion: 'support:7',
            },
          ],
        },
      ],
      diagnostics: [
        {
          severity: 'warning',
          code: 'rest-only',
          path: 'capability["support:7"]',
          message:
            'capability["support:7"] has what the REST API needs, but not subscribe for the channel, which the SDK attaches',
        },
      ],
    }));

  const PLACES = { chat: 'chatRoom', spaces: 'space', aiTransport: 'aiConversation' };
  const CONTEXT = {
    clientId: 'ada',
    modes: ['PRESENCE', 'PRESENCE_SUBSCRIBE', 'OBJECT_PUBLISH', 'OBJECT_SUBSCRIBE'],
    rules: { team: { mutableMessages: true } },
  };
  for (const [product, place] of Object.entries(PLACES))
    for (const feature of productFeatures[product]) {
      const question = { [place]: 'team:1', feature };
      for (const name of ['team:1', 'team:*', '*'])
        test(`capabilityFor grants ${feature} of ${product} on ${name}, and no less will do`, () => {
          const { capability } = capabilityFor({ [product]: { [name]: [feature] } });
          const { verdict, message } = explainFeature(capability, question, CONTEXT);
          equal(verdict, 'allowed', message);
          const operations = [...new Set(Object.values(capability).flat())];
          for (const without of operations) {
            const less = Object.fromEntries(
              Object.entries(capability).map(([resource, list]) => [resource, list.filter((it) => it !== without)]),
            );
            ok(!explainFeature(less, question, CONTEXT).allowed, without);
          }
        });
      test(`${feature} of ${product} is denied under an empty capability`, () => {
        equal(explainFeature({}, question, { clientId: 'ada' }).verdict, 'denied');
      });
    }

  test('capabilityFor makes a canonical capability', () => {
    const { capability, diagnostics } = capabilityFor({
      chat: { 'support:*': ['send', 'receive', 'react'] },
      spaces: { board: ['members', 'cursors'] },
      aiTransport: { 'conversations:c1': ['use', 'objects'] },
      channels: { news: ['subscribe'] },
    });
    const text =
      '{"board":["presence","publish","subscribe"],"board::$cursors":["presence","publish","subscribe"],"board::$space":["presence","subscribe"],"conversations:c1":["history","object-publish","object-subscribe","publish","subscribe"],"news":["subscribe"],"support:*":["annotation-publish","publish","subscribe"]}';
    equal(JSON.stringify(capability), text);
    equal(parseCapability(capability).canonical, text);
    equal(
      diagnostics.map(({ code, path }) => `${code} ${path}`),
      [
        'unidentified chat["support:*"]',
        'unidentified spaces["board"]',
        'mode-not-default aiTransport["conversations:c1"]',
        'mode-not-default aiTransport["conversations:c1"]',
      ],
    );
  });
  test('capabilityFor says which channel rule is needed', () => {
    const { diagnostics } = capabilityFor({ aiTransport: { c: ['agent-stream'] } });
    equal(
      diagnostics.map(({ code }) => code),
      ['unidentified', 'rule-missing'],
    );
  });
  const unknown = (path, remediation) => ({ kind: 'usage', path, remediation });
  test('an unknown feature is refused with the nearest', () => {
    refuses(
      AblyAuthError,
      () => capabilityFor({ chat: { a: ['send', 'typin'] } }),
      unknown('chat["a"][1]', 'did you mean "typing"?'),
    );
    refuses(
      AblyAuthError,
      () => explainFeature({}, { space: 'a', feature: 'cursor' }),
      unknown('feature', 'did you mean "cursors"?'),
    );
    refuses(
      AblyAuthError,
      () => explainFeature({}, { aiConversation: 'a', feature: 'typing' }),
      unknown('feature', /^the features are use, /),
    );
    refuses(AblyAuthError, () => explainFeature({}, { space: 'a', feature: 'constructor' }), unknown('feature', /./));
  });
  test('odd questions are refused', () => {
    const place = { kind: 'usage', path: 'question', remediation: 'give one of chatRoom, space and aiConversation' };
    refuses(AblyAuthError, () => explainFeature({}, { feature: 'send' }), place);
    refuses(AblyAuthError, () => explainFeature({}, { chatRoom: 'a', space: 'a', feature: 'send' }), place);
    refuses(AblyAuthError, () => explainFeature({}, { chatroom: 'a', feature: 'send' }), {
      kind: 'usage',
      remediation: 'did you mean "chatRoom"?',
    });
    refuses(AblyAuthError, () => explainFeature({}, { chatRoom: 1, feature: 'send' }), {
      kind: 'usage',
      path: 'chatRoom',
    });
    refuses(AblyAuthError, () => explainFeature({}, { chatRoom: 'a', feature: 1 }), { kind: 'usage', path: 'feature' });
    refuses(AblyAuthError, () => explainFeature({}, null), { kind: 'usage', path: 'question' });
    refuses(AblyAuthError, () => explainFeature('nope', { chatRoom: 'a', feature: 'send' }), { kind: 'capability' });
  });
  test('odd grants are refused', () => {
    refuses(AblyAuthError, () => capabilityFor({ chats: {} }), { kind: 'usage', remediation: 'did you mean "chat"?' });
    refuses(AblyAuthError, () => capabilityFor({ chat: ['send'] }), { kind: 'usage', path: 'chat' });
    refuses(AblyAuthError, () => capabilityFor({ chat: { a: 'send' } }), { kind: 'usage', path: 'chat["a"]' });
    refuses(AblyAuthError, () => capabilityFor({ chat: { '': ['send'] } }), { kind: 'usage', path: 'chat[""]' });
  });
  test('odd contexts are refused', () => {
    const question = { chatRoom: 'a', feature: 'send' };
    for (const [context, path] of [
      [{ clientId: 1 }, 'clientId'],
      [{ modes: 'PUBLISH' }, 'modes'],
      [{ modes: ['PUBLSH'] }, 'modes[0]'],
      [{ rules: [] }, 'rules'],
      [{ rules: { a: true } }, 'rules["a"]'],
      [{ keyCapability: 1 }, 'keyCapability'],
      [null, 'context'],
    ])
      refuses(AblyAuthError, () => explainFeature({}, question, context), { kind: 'usage', path });
    refuses(AblyAuthError, () => explainFeature({}, question, { modes: ['PUBLSH'] }), {
      remediation: 'did you mean "PUBLISH"?',
    });
    refuses(AblyAuthError, () => explainFeature({}, question, { clientID: null }), {
      remediation: 'did you mean "clientId"?',
    });
  });
};
