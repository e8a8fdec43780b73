// Issues the first token with few modules, so that it is there early. The rest of the page loads after it.
import { readInputs, readKeyCapability, writeShared } from './form.js';
import { startPairs } from './key-value-list.js';
import { readState } from './link.js';
import { issue } from './token.js';

export async function issueFirst() {
  startPairs('channel-claims', { name: 'Channel or pattern', value: 'Claim', add: 'Add a claim' });
  startPairs('rate-limits', { name: 'Channel or pattern', value: 'Messages per second', add: 'Add a limit' });
  const kept = readState();
  if (kept) writeShared(kept, { withKey: true });
  issue(readInputs(), readKeyCapability());
  const { start } = await import('../playground.js');
  start(kept);
}
