import {
  accessTokenAllows,
  accessTokenCapabilities,
  type AccessTokenCapability,
  type AccessTokenCapabilityName,
} from 'ably-edge-auth';
import { exact } from './exact.js';

exact<readonly AccessTokenCapability[]>()(accessTokenCapabilities);
for (const row of accessTokenCapabilities) {
  exact<AccessTokenCapabilityName>()(row.capability);
  exact<string>()(row.label);
  exact<string>()(row.group);
  exact<readonly string[]>()(row.endpoints);
  exact<readonly string[]>()(row.commands);
}
// @ts-expect-error the list is Ably's
accessTokenCapabilities.push();
// @ts-expect-error and so is each row
accessTokenCapabilities[0]!.label = '';

const names: AccessTokenCapabilityName[] = [
  'read:app',
  'write:app',
  'read:key',
  'write:key',
  'read:rule',
  'write:rule',
  'read:queue',
  'write:queue',
  'read:namespace',
  'write:namespace',
  'read:stats',
];
exact<boolean>()(accessTokenAllows(names, 'write:key'));
accessTokenAllows(['a capability that Ably adds later'] as const, 'read:app');
// @ts-expect-error there is nothing to write in statistics
accessTokenAllows(names, 'write:stats');
// @ts-expect-error the list comes first
accessTokenAllows('read:app', 'read:app');
