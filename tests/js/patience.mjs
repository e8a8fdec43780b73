// How long the tests wait for what must come. It only ends a hang: a machine that has much else to do may take
// many times what it usually takes, and no test fails for that.
export const PATIENCE_MS = 300_000;
