// A sandbox in a process that is there to be killed: node kill-server.mjs FILE COMPACT_ABOVE_BYTES
import { serve } from '../../pkg/node/serve.js';

const [state, compactAboveBytes] = process.argv.slice(2);
const told = [];
const { url, sandbox } = await serve({
  port: 0,
  state,
  compactAboveBytes: Number(compactAboveBytes),
  tell: (sentence) => told.push(sentence),
});
console.log(JSON.stringify({ url, keys: sandbox.keys, accessToken: sandbox.accessToken, told }));
