// Loaded by /async-init: starts `ably-edge-auth/wasm` by hand, from the source that the query names.
import * as wasm from 'ably-edge-auth/wasm';
import { runAsyncInit } from '../../js/async-init.mjs';

const file = import.meta.resolve('ably-edge-auth/ably_edge_auth.wasm');
const bytes = async () => (await fetch(file)).arrayBuffer();
const START = {
  response: () => wasm.init(fetch(file)),
  address: () => wasm.init(file),
  url: () => wasm.init(new URL(file)),
  bytes: async () => wasm.init(await bytes()),
  module: async () => wasm.init(await WebAssembly.compileStreaming(fetch(file))),
  sync: async () => wasm.initSync(await bytes()),
};

globalThis.report = runAsyncInit({ wasm, start: START[location.search.slice(1)] });
