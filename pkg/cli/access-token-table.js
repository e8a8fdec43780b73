// The capabilities of an access token as a table, in the layout of Ably's documentation.
import { accessTokenCapabilities } from './api.js';

/** One row for each known capability with the commands it unlocks, then any unknown ones that this token holds. */
export function capabilityTable(held) {
  const known = accessTokenCapabilities.map(({ capability, label, commands }) => [
    held.includes(capability) ? '✓' : '✗',
    label,
    capability,
    commands.join(', '),
  ]);
  const names = accessTokenCapabilities.map(({ capability }) => capability);
  const further = held
    .filter((capability) => !names.includes(capability))
    .map((capability) => ['✓', '', capability, '']);
  const rows = [['', 'Dashboard label', 'Capability', 'Commands'], ...known, ...further];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The capabilities in the claims of an access token, such as `read:app`. Ably does not document where they are. */
export function capabilitiesIn(claims) {
  const names = accessTokenCapabilities.map(({ capability }) => capability);
  const isHeld = (value) => typeof value === 'string' && names.includes(value);
  for (const value of Object.values(claims)) {
    const words = typeof value === 'string' ? value.split(/[\s,]+/) : Array.isArray(value) ? value : [];
    if (words.some(isHeld)) return words.filter((word) => typeof word === 'string');
  }
  return undefined;
}
