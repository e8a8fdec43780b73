// Example capabilities from practice. Those with `grants` name features, from which the package makes the capability.
const PRESETS = {
  chat: {
    grants: {
      chat: { 'support:*': ['send', 'receive', 'history', 'react', 'typing', 'presence'] },
      channels: { announcements: ['subscribe'] },
    },
    rows: 'chat',
    channels: 'support:7, support:eu:1, announcements',
    clientId: 'alice',
  },
  spaces: {
    grants: { spaces: { board: ['members', 'locations', 'locks', 'cursors'] } },
    rows: 'spaces',
    channels: 'board, slides',
    clientId: 'alice',
  },
  aiTransport: {
    grants: { aiTransport: { 'conversations:*': ['use', 'presence-enter'] } },
    rows: 'aiTransport',
    channels: 'conversations:c1, notes',
    clientId: 'alice',
  },
  objects: {
    grants: { channels: { 'polls:*': ['subscribe', 'object-subscribe', 'object-publish'] } },
    channels: 'polls:lunch, polls',
    clientId: 'alice',
  },
  dashboard: {
    capability: { 'metrics:*': ['subscribe', 'history'], 'alerts:*:critical': ['subscribe'] },
    channels: 'metrics:cpu, alerts:eu:critical, alerts:eu',
    clientId: undefined,
  },
  device: {
    capability: { 'devices:d-17:telemetry': ['publish'], 'devices:d-17:commands': ['subscribe', 'history'] },
    channels: 'devices:d-17:telemetry, devices:d-17:commands, devices:d-18:commands',
    clientId: 'device-17',
  },
  admin: {
    capability: { '*': ['*'] },
    channels: 'chat:room-1, orders:17, *',
    clientId: '*',
  },
};

/** A preset with its capability. */
export async function readPreset(name) {
  const preset = PRESETS[name];
  if (preset.grants === undefined) return preset;
  const { presetCapability } = await import('./features.js');
  return { ...preset, capability: presetCapability(preset.grants) };
}

/** Formats a capability with one entry on each line. */
export function written(capability) {
  const entries = Object.entries(capability).map(
    ([name, operations]) => `  ${JSON.stringify(name)}: [${operations.map((it) => JSON.stringify(it)).join(', ')}]`,
  );
  return `{\n${entries.join(',\n')}\n}`;
}
