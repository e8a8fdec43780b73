// Example capabilities from practice.
export const PRESETS = {
  chat: {
    capability: { 'chat:*': ['publish', 'subscribe', 'presence'], announcements: ['subscribe'] },
    channels: 'chat:room-1, announcements, orders:17',
    clientId: 'alice',
  },
  presence: {
    capability: { 'lobby:*': ['presence', 'subscribe'] },
    channels: 'lobby:main, lobby:eu:1, chat:room-1',
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

/** Formats a capability with one entry on each line. */
export function written(capability) {
  const entries = Object.entries(capability).map(
    ([name, operations]) => `  ${JSON.stringify(name)}: [${operations.map((it) => JSON.stringify(it)).join(', ')}]`,
  );
  return `{\n${entries.join(',\n')}\n}`;
}
