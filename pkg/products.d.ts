/**
 * Questions about capabilities in the words of Ably's products: Chat, Spaces and AI Transport.
 *
 * The tables come from Ably's documentation and from the channels that its SDKs open. What no document says is marked
 * as inferred.
 * @module ably-edge-auth/products
 */
import type { Because, Capability, Diagnostic, ExplainContext, Operation, Verdict } from './index.js';

/** A feature of Ably Chat, used in a room. */
export type ChatFeature =
  | 'attach'
  | 'send'
  | 'receive'
  | 'update-own'
  | 'update-any'
  | 'delete-own'
  | 'delete-any'
  | 'history'
  | 'get-message'
  | 'react'
  | 'reaction-summary'
  | 'reactions-raw'
  | 'presence'
  | 'presence-enter'
  | 'presence-read'
  | 'typing'
  | 'room-reactions'
  | 'occupancy'
  | 'occupancy-get';

/** A feature of Ably Spaces, used in a space. */
export type SpacesFeature =
  | 'enter'
  | 'members'
  | 'watch-members'
  | 'locations'
  | 'locks'
  | 'cursors'
  | 'cursors-getall'
  | 'occupancy';

/** A feature of Ably AI Transport, used in a conversation, which is a channel. */
export type AiTransportFeature =
  | 'use'
  | 'send'
  | 'receive'
  | 'cancel'
  | 'history'
  | 'objects'
  | 'presence-enter'
  | 'presence-read'
  | 'push-notify'
  | 'agent-stream';

/** A feature, and the room, space or conversation in which it is used. */
export type FeatureQuestion =
  | { chatRoom: string; feature: ChatFeature; space?: undefined; aiConversation?: undefined }
  | { space: string; feature: SpacesFeature; chatRoom?: undefined; aiConversation?: undefined }
  | { aiConversation: string; feature: AiTransportFeature; chatRoom?: undefined; space?: undefined };

/** The part of an answer that concerns one of Ably's APIs. */
export interface SurfaceExplanation {
  surface: 'rest' | 'realtime';
  /** The channel that the SDK opens, or the room for the REST API of Chat. */
  channel: string;
  /** The operations needed there. Where there are alternatives, the one that comes closest. */
  operations: string[];
  /** Whether all of them are granted. */
  allowed: boolean;
  /** The entries that grant them. If none does, the closest entry, if there is one. */
  because: Because[];
}

/** Why a feature is or is not allowed. */
export interface FeatureExplanation {
  /** True only if the verdict is `allowed`: an uncertain answer never grants anything. */
  allowed: boolean;
  verdict: Verdict;
  /** `inferred` if no document of Ably says so, and we concluded it from the SDKs or their tests. */
  certainty: 'documented' | 'inferred';
  /** The answer in one sentence. */
  message: string;
  /** The operations that the feature needs, sorted. */
  operations: string[];
  /** Where it needs them. */
  surfaces: SurfaceExplanation[];
  /** What else to know about the answer. The codes are stable. */
  diagnostics: Diagnostic[];
}

/**
 * Explains whether a capability allows a feature of a product.
 * @example
 * import { explainFeature } from 'ably-edge-auth/products';
 *
 * const typing = explainFeature({ 'support:*': ['publish'] }, { chatRoom: 'support:7', feature: 'typing' });
 * console.log(typing.verdict); // denied: subscribe is missing
 * @throws AblyAuthError `usage` if there is no such feature or an option is invalid; `capability` (40000) if the
 * capability cannot be read.
 */
export function explainFeature(
  capability: string | Capability,
  question: FeatureQuestion,
  context?: ExplainContext,
): FeatureExplanation;

/** What a capability is to allow. Names may be patterns, such as `support:*`. */
export interface FeatureGrants {
  /** Features by room of Ably Chat. */
  chat?: { readonly [room: string]: readonly ChatFeature[] } | undefined;
  /** Features by space of Ably Spaces. */
  spaces?: { readonly [space: string]: readonly SpacesFeature[] } | undefined;
  /** Features by conversation of Ably AI Transport. */
  aiTransport?: { readonly [conversation: string]: readonly AiTransportFeature[] } | undefined;
  /** Operations by channel. */
  channels?: { readonly [channel: string]: readonly (Operation | '*')[] } | undefined;
}

/** The result of {@link capabilityFor}. */
export interface GrantedCapability {
  /** The capability, in canonical order. */
  capability: Capability;
  /** What to know about it, such as a mode to ask for or a channel rule to set. */
  diagnostics: Diagnostic[];
}

/**
 * Makes the capability that allows the named features, and no more. A space gets its bare name and the names of its
 * two channels, because Ably does not document how its service gets from one to the other.
 * @example
 * import { capabilityFor } from 'ably-edge-auth/products';
 *
 * const { capability } = capabilityFor({ chat: { 'support:*': ['send', 'receive'] }, channels: { news: ['subscribe'] } });
 * console.log(capability); // { news: ['subscribe'], 'support:*': ['publish', 'subscribe'] }
 * @throws AblyAuthError `usage` if there is no such feature, naming the nearest; `capability` (40000) if a name of a
 * channel cannot be used.
 */
export function capabilityFor(grants: FeatureGrants): GrantedCapability;

/** The names of all features, by product. */
export const productFeatures: {
  readonly chat: readonly ChatFeature[];
  readonly spaces: readonly SpacesFeature[];
  readonly aiTransport: readonly AiTransportFeature[];
};
