// Prints a Control API resource as labelled lines, in the layout of the Ably CLI. Empty fields are left out.

const LABELS = {
  id: 'ID',
  appId: 'App ID',
  accountId: 'Account ID',
  tlsOnly: 'TLS Only',
  ttl: 'TTL',
  ruleType: 'Type',
  modified: 'Updated',
  intervalId: 'Interval',
};
const KEY_LABELS = { keyName: 'Key Name', name: 'Key Label', capability: 'Capabilities', key: 'Full key' };
/** Already shown by another field or by the heading. */
const LEFT_OUT = { key: ['id', 'appId', 'status', 'current'] };
const TIMES = ['created', 'modified'];

export function showThing(output, kind, title, thing) {
  const { [HEADINGS[kind] ?? 'id']: name, ...rest } = thing;
  output.print(`${output.paint('cyan', `${title}: ${name}`)}${thing.current ? ' (current)' : ''}`);
  for (const [field, value] of Object.entries(rest)) {
    if (value === null || value === undefined || value === '' || LEFT_OUT[kind]?.includes(field)) continue;
    output.print(`  ${output.paint('dim', `${labelOf(kind, field)}:`)} ${textOf(field, value)}`);
  }
}

const HEADINGS = { key: 'keyName', stats: 'intervalId' };

function labelOf(kind, field) {
  const label = (kind === 'key' ? KEY_LABELS[field] : undefined) ?? LABELS[field];
  if (label !== undefined) return label;
  const words = field.replace(/_/g, ' ').replace(/([a-z\d])([A-Z])/g, '$1 $2');
  return words.replace(/(^| )([a-z])/g, (_, space, letter) => space + letter.toUpperCase());
}

function textOf(field, value) {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (TIMES.includes(field) && Number.isFinite(value) && Math.abs(value) <= 8.64e15)
    return new Date(value).toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
