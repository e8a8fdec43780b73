'use client';

import { explainCapability } from 'ably-edge-auth';
import { useEffect, useState } from 'react';

export function Explanation({ capability }) {
  const [action, setAction] = useState('publish');
  useEffect(() => setAction('subscribe'), []);
  return <p>{explainCapability(capability, action, 'chat:lobby').message}</p>;
}
