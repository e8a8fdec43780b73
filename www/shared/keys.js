// The keys that every sandbox begins with. They are constants, and no secrets.
// They stand here too, so that the first token need not wait for the sandbox.
export const SANDBOX_KEYS = {
  revocable: { key: 'sndbox.revoc1:not-a-secret-sandbox-revocable-key', capability: '{"*":["*"]}', revocable: true },
  narrow: {
    key: 'sndbox.narrow:not-a-secret-sandbox-narrow-key',
    capability: '{"chat:*":["history","publish","subscribe"],"news":["subscribe"]}',
    revocable: false,
  },
  root: { key: 'sndbox.root01:not-a-secret-sandbox-root-key', capability: '{"[*]*":["*"]}', revocable: false },
};

export const isSandboxKey = (key) => Object.values(SANDBOX_KEYS).some((it) => it.key === key);
