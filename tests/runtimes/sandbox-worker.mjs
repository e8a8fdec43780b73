// Runs in workerd: the sandbox as a Worker, its state in a Durable Object. As a user's own Worker has it.
import worker, {
  SandboxObject as Base,
} from '../.work/runtimes/node_modules/ably-edge-auth/generated/sandbox-durable-object.js';

export class SandboxObject extends Base {
  /** Lost when the object is evicted. */
  #instance = crypto.randomUUID();

  fetch(request) {
    return new URL(request.url).pathname === '/instance' ? new Response(this.#instance) : super.fetch(request);
  }
}

export default worker;
