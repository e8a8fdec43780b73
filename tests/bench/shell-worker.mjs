// A Worker: its clock stands still while it works, so it only does what it is told, so often, and is timed
// from outside.
import * as nodeCrypto from 'node:crypto';
import * as fastJwt from 'fast-jwt';
import jsonwebtoken from 'jsonwebtoken';
import * as frame from '../../pkg/lib/module/shared-buffer.js';
import * as ours from '../../pkg/workerd.js';
import { repeat } from './measure.mjs';
import { webPeers } from './peers-web.mjs';
import { worksOf } from './works.mjs';

let works;

export default {
  async fetch(request) {
    works ??= await worksOf({ frame, ours, ...webPeers, fastJwt, jsonwebtoken, nodeCrypto });
    const { searchParams } = new URL(request.url);
    const [work, contender, count] = ['work', 'contender', 'count'].map((name) => Number(searchParams.get(name)));
    if (!searchParams.has('work'))
      return Response.json(
        works.map(({ name, contenders }) => ({ name, contenders: contenders.map(({ name, per }) => ({ name, per })) })),
      );
    const { run, check } = works[work].contenders[contender];
    await repeat(run, check, count);
    return new Response('done');
  },
};
