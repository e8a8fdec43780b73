// The sandbox's Worker, with Cloudflare's own types.
import worker, { SandboxObject } from 'ably-edge-auth/sandbox/durable-object';

declare const namespace: DurableObjectNamespace;
declare const state: DurableObjectState;
void worker.fetch(new Request('https://example.com'), { SANDBOX: namespace });
new SandboxObject(state, { SANDBOX_HOSTS: 'sandbox.example' });
export const object: DurableObject = new SandboxObject(state, {});
export default worker satisfies ExportedHandler<{ SANDBOX: DurableObjectNamespace }>;
