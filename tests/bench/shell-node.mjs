// Node.js, Deno and Bun: prints what it measured as one line of JSON.
import * as nodeCrypto from 'node:crypto';
import * as fastJwt from 'fast-jwt';
import jsonwebtoken from 'jsonwebtoken';
import * as frame from '../../pkg/lib/module/shared-buffer.js';
import * as ours from '../../pkg/index.js';
import { webPeers } from './peers-web.mjs';
import { runSuite } from './suite.mjs';

const [rounds] = process.argv.slice(2).map(Number);
console.log(
  JSON.stringify(await runSuite({ frame, ours, ...webPeers, fastJwt, jsonwebtoken, nodeCrypto }, { rounds })),
);
