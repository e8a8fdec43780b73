import { explainCapability } from 'ably-edge-auth';
import { useEffect, useState } from 'react';

export default function Home() {
  const [action, setAction] = useState('publish');
  useEffect(() => setAction('subscribe'), []);
  return <p>{explainCapability({ 'chat:*': ['publish', 'subscribe'] }, action, 'chat:lobby').message}</p>;
}
