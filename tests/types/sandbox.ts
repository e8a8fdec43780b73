import {
  createControlClient,
  getTime,
  issueJwt,
  revokeTokens,
  type AblyAuthError,
  type PlatformRequest,
} from 'ably-edge-auth';
import {
  createSandbox,
  AblyAuthError as TheSame,
  type Change,
  type Sandbox,
  type SandboxOptions,
} from 'ably-edge-auth/sandbox';
import worker, { SandboxObject, type SandboxEnv } from 'ably-edge-auth/sandbox/durable-object';
import { keepInIndexedDb } from 'ably-edge-auth/sandbox/indexed-db';
import { exact } from './exact.js';

const everything: Required<SandboxOptions> = {
  now: () => 1_700_000_000_000,
  state: new Set<Change>(),
  async onChange(change, sandbox) {
    exact<Change>()(change);
    exact<Sandbox>()(sandbox);
  },
  async onWebhook(request) {
    exact<PlatformRequest>()(request);
  },
  seed: 'a text that nobody can guess',
  hosts: ['sandbox.example'],
  port: 8787,
  origins: ['https://example.com'] as const,
  revokeChannels: true,
};
const sandbox = createSandbox(everything);
exact<Sandbox>()(sandbox);
exact<Sandbox>()(createSandbox());
exact<string>()(sandbox.endpoint);
exact<string>()(sandbox.accessToken);
exact<string>()(sandbox.adminToken);
exact<Iterable<Change>>()(sandbox.snapshot());
export const all: string[] = [
  sandbox.account.id,
  sandbox.account.name,
  sandbox.app.id,
  sandbox.app.name,
  sandbox.keys.root,
  sandbox.keys.revocable,
  sandbox.keys.narrow,
];
export const change: string = '' satisfies Change;
exact<Promise<void>>()(sandbox.tick());
export const socket: { close(): void } = new sandbox.WebSocket('/?key=x');
sandbox.websocket.message({}, 'text');
createSandbox({ onChange: (change: string) => void change, state: sandbox.snapshot() });
createSandbox({
  now: undefined,
  state: undefined,
  onChange: undefined,
  seed: undefined,
  hosts: undefined,
  port: undefined,
  origins: undefined,
  revokeChannels: undefined,
});
// @ts-expect-error there is no such option
createSandbox({ onchange: () => {} });
// @ts-expect-error a function
createSandbox({ now: 1_700_000_000_000 });
// @ts-expect-error changes are texts
createSandbox({ state: [{}] });
// @ts-expect-error to be awaited before
createSandbox({ state: Promise.resolve(['']) });
// @ts-expect-error a list
createSandbox({ hosts: 'sandbox.example' });
// @ts-expect-error a number
createSandbox({ port: '8787' });
// @ts-expect-error it is what it is
sandbox.endpoint = '';
// @ts-expect-error so are its keys
sandbox.keys.root = '';

// What it is for.
const { endpoint, fetch, accessToken, app } = sandbox;
void issueJwt({ accessToken, app: app.id, endpoint, fetch });
void revokeTokens({ key: sandbox.keys.revocable, clientId: 'ada', endpoint, fetch });
void getTime(sandbox);
void createControlClient({ accessToken, endpoint, fetch }).me();
export const error: AblyAuthError = new TheSame({ kind: 'usage', message: 'what is wrong' });

export async function use(): Promise<number> {
  const answer = await sandbox.fetch('/time', { method: 'POST', headers: { Authorization: 'Basic …' }, body: '{}' });
  exact<boolean>()(answer.ok);
  exact<string>()(await answer.text());
  await sandbox.fetch({
    method: 'GET',
    url: 'http://127.0.0.1/time',
    headers: new Map([['Accept', 'application/json']]),
    body: null,
  });
  // @ts-expect-error an address is needed
  await sandbox.fetch();
  return answer.status;
}

export async function keep(): Promise<void> {
  const kept = await keepInIndexedDb('my-app');
  exact<Change[]>()(kept.state);
  createSandbox(kept);
  createSandbox({ ...kept, now: () => 0 });
  // @ts-expect-error it has a name
  await keepInIndexedDb();
}

export class WithOptions extends SandboxObject {
  override options(env: SandboxEnv) {
    return { ...super.options(env), hosts: ['sandbox.example'], now: () => 0 };
  }
}
const binding = {
  idFromName: (name: string) => name,
  get: (id: string) => ({ fetch: async (request: object) => [id, request] }),
};
void worker.fetch({}, { SANDBOX: binding });
// @ts-expect-error the binding has a name
void worker.fetch({}, { Sandbox: binding });
