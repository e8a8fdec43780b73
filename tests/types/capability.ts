import {
  capabilityAllows,
  checkCapability,
  compactCapability,
  explainCapability,
  intersectCapabilities,
  issueJwtSync,
  parseCapability,
  type Capability,
  type Diagnostic,
  type CapabilityReport,
  type CheckContext,
  type Explanation,
  type Operation,
  type ParsedCapability,
  type StoredCapability,
  type UndocumentedOperation,
} from 'ably-edge-auth';
import { exact } from './exact.js';

const documented: Operation[] = [
  'subscribe',
  'publish',
  'presence',
  'history',
  'stats',
  'channel-metadata',
  'push-subscribe',
  'push-admin',
  'privileged-headers',
  'object-subscribe',
  'object-publish',
  'annotation-subscribe',
  'annotation-publish',
  'message-update-own',
  'message-update-any',
  'message-delete-own',
  'message-delete-any',
];
const undocumented: UndocumentedOperation[] = [
  'message-subscribe',
  'presence-subscribe',
  'channel-metadata:publishers',
  'list-channels',
  'connection-metadata',
];

const capability: Capability = {
  'chat:*': ['publish', 'subscribe'],
  '[meta]*': ['*'],
  all: [...documented, ...undocumented],
  none: [],
};
const frozen = { 'chat:*': ['publish'] } as const;
const fixed: Capability = frozen;
// @ts-expect-error a misspelt operation
const misspelt: Capability = { 'chat:*': ['publsh'] };
// @ts-expect-error one operation is a list of one
const bare: Capability = { 'chat:*': 'publish' };
// @ts-expect-error a list of resources is no capability
const list: Capability = ['publish'];
// @ts-expect-error "*" goes into the list
const star: Capability = '*';

const report = checkCapability(capability);
exact<CapabilityReport>()(report);
exact<boolean>()(report.ok);
exact<string | undefined>()(report.canonical);
exact<Capability | undefined>()(report.capability);
exact<string | undefined>()(report.suggestion);
exact<Diagnostic[]>()(report.diagnostics);
for (const diagnostic of report.diagnostics) {
  exact<'error' | 'warning' | 'info'>()(diagnostic.severity);
  exact<string>()(diagnostic.code);
  exact<string>()(diagnostic.path);
  exact<string>()(diagnostic.message);
  exact<string | undefined>()(diagnostic.suggestion);
}
// What it returns can be given to every other function.
if (report.capability !== undefined) {
  capabilityAllows(report.capability, 'publish', 'chat:1');
  checkCapability({}, { keyCapability: report.capability });
  issueJwtSync({ key: 'appid.keyid:secret', capability: report.capability });
}
// It is for what strangers wrote: anything goes in.
checkCapability('{"*":["*"]}');
checkCapability(undefined);
checkCapability(42, {});
const context: CheckContext = { clientId: null, keyCapability: capability };
checkCapability({}, context);
checkCapability({}, { clientId: 'alice', keyCapability: '{"*":["*"]}' });
// @ts-expect-error an unknown option
checkCapability({}, { client: 'alice' });
// @ts-expect-error a client id is a string or null
checkCapability({}, { clientId: 7 });
// @ts-expect-error there is no second argument but the context
checkCapability({}, 'alice');

const parsed = parseCapability('{"*":["*"]}');
exact<ParsedCapability>()(parsed);
exact<string>()(parsed.canonical);
exact<boolean>()(parsed.allows('publish', 'chat:1'));
exact<Explanation>()(parsed.explain('publish', 'chat:1'));
parseCapability(capability);
parseCapability(frozen);
// As a database returns it.
const stored: Record<string, string[]> = { 'chat:1': ['publish'] };
exact<ParsedCapability>()(parseCapability(stored));
parseCapability(stored as StoredCapability);
// @ts-expect-error a token is issued with operations that the compiler knows, or with what was checked
issueJwtSync({ key: 'appid.keyid:secret', capability: stored });
issueJwtSync({ key: 'appid.keyid:secret', capability: parseCapability(stored).canonical });
// @ts-expect-error it was not asked what it is
parseCapability(stored as unknown);
// @ts-expect-error a capability is not parsed twice
parseCapability(parsed);
// @ts-expect-error the resource is missing
parsed.allows('publish');
// @ts-expect-error it was read once, and stays as it is
parsed.canonical = '';

exact<boolean>()(capabilityAllows(capability, 'publish', 'chat:1'));
capabilityAllows('{}', 'an operation that Ably adds later', 'chat:1');
// @ts-expect-error the resource is missing
capabilityAllows(capability, 'publish');
// @ts-expect-error a misspelt operation in the capability itself
capabilityAllows({ '*': ['publsh'] }, 'publish', 'chat:1');

const explanation = explainCapability(capability, 'publish', 'chat:1');
exact<Explanation>()(explanation);
exact<boolean>()(explanation.allowed);
exact<string>()(explanation.operation);
exact<string>()(explanation.resource);
exact<string>()(explanation.message);
for (const reason of explanation.because) {
  exact<string>()(reason.entry);
  exact<string[]>()(reason.operations);
  exact<string>()(reason.reason);
  exact<string | undefined>()(reason.suggestion);
}
// @ts-expect-error there may be no entry that decides
explanation.because[0].entry;
// @ts-expect-error operations are names
explainCapability(capability, 7, 'chat:1');

const compact = compactCapability(capability);
exact<string>()(compact.capability);
for (const { pattern, replaces, savedBytes, newlyAllows } of compact.suggestions) {
  exact<string>()(pattern);
  exact<string[]>()(replaces);
  exact<number>()(savedBytes);
  exact<string>()(newlyAllows);
}
compactCapability('{"*":["*"]}');
// @ts-expect-error: not a capability
compactCapability(7);

exact<string>()(intersectCapabilities('{"*":["*"]}', capability));
intersectCapabilities(capability, '{"*":["*"]}');
// @ts-expect-error what is asked for is missing
intersectCapabilities(capability);

export { bare, fixed, list, misspelt, star };
