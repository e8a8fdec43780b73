import { Explanation } from './explanation.js';

export default function Page() {
  return <Explanation capability={{ 'chat:*': ['publish', 'subscribe'] }} />;
}
