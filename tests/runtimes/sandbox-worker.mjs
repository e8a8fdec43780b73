// Runs in workerd: the sandbox as a Worker, its state in a Durable Object. As a user's own Worker has it.
export { SandboxObject, default } from '../.work/runtimes/node_modules/ably-edge-auth/sandbox/durable-object.js';
