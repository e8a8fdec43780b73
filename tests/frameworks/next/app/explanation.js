'use client';

import { explainCapability } from 'ably-edge-auth';

export function Explanation({ capability }) {
  return <p>{explainCapability(capability, 'publish', 'chat:lobby').message}</p>;
}
