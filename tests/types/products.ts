import type { Because, Capability, Diagnostic, ExplainContext, Verdict } from 'ably-edge-auth';
import { explainCapability } from 'ably-edge-auth';
import {
  capabilityFor,
  explainFeature,
  productFeatures,
  type AiTransportFeature,
  type ChatFeature,
  type FeatureExplanation,
  type FeatureQuestion,
  type GrantedCapability,
  type SpacesFeature,
  type SurfaceExplanation,
} from 'ably-edge-auth/products';
import { exact } from './exact.js';

const context: ExplainContext = {
  clientId: null,
  forClientId: 'ada',
  keyCapability: { '*': ['*'] },
  modes: ['OBJECT_SUBSCRIBE'],
  rules: { conversations: { mutableMessages: true } },
};
const question: FeatureQuestion = { chatRoom: 'support:7', feature: 'typing' };
const typing = explainFeature({ 'support:*': ['publish'] }, question, context);
exact<FeatureExplanation>()(typing);
exact<boolean>()(typing.allowed);
exact<Verdict>()(typing.verdict);
exact<'documented' | 'inferred'>()(typing.certainty);
exact<string[]>()(typing.operations);
exact<SurfaceExplanation[]>()(typing.surfaces);
exact<Diagnostic[]>()(typing.diagnostics);
for (const surface of typing.surfaces) {
  exact<'rest' | 'realtime'>()(surface.surface);
  exact<string>()(surface.channel);
  exact<Because[]>()(surface.because);
}
explainFeature('{}', { space: 'board', feature: 'cursors' });
explainFeature('{}', { aiConversation: 'c', feature: 'agent-stream' });
// @ts-expect-error a feature of another product
explainFeature('{}', { space: 'board', feature: 'typing' });
// @ts-expect-error a misspelt feature
explainFeature('{}', { chatRoom: 'a', feature: 'typin' });
// @ts-expect-error two places
explainFeature('{}', { chatRoom: 'a', space: 'a', feature: 'send' });
// @ts-expect-error a misspelt mode
explainFeature('{}', question, { modes: ['PUBLSH'] });

const granted = capabilityFor({
  chat: { 'support:*': ['send', 'receive', 'react'] },
  spaces: { board: ['members', 'cursors'] },
  aiTransport: { 'conversations:c1': ['use', 'objects'] },
  channels: { news: ['subscribe'] },
});
exact<GrantedCapability>()(granted);
exact<Capability>()(granted.capability);
// @ts-expect-error a misspelt feature
capabilityFor({ chat: { a: ['sned'] } });
// @ts-expect-error a misspelt product
capabilityFor({ chats: {} });

exact<readonly ChatFeature[]>()(productFeatures.chat);
exact<readonly SpacesFeature[]>()(productFeatures.spaces);
exact<readonly AiTransportFeature[]>()(productFeatures.aiTransport);
// @ts-expect-error the table is fixed
productFeatures.chat.push('send');

const explained = explainCapability({ c: ['history'] }, 'message.get', 'c', { clientId: 'ada' });
exact<Verdict>()(explained.verdict);
exact<Diagnostic[]>()(explained.diagnostics);
explainCapability({}, 'an operation that Ably adds later', 'c');
