// The initial keys of every sandbox, which are public constants and not secrets. They are repeated here so that the
// first token does not wait for the sandbox.
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
