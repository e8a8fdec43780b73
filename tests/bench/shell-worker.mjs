// A Worker: its clock stands still while it works, so it only does what it is told, so often, and is timed
// from outside.
import * as ours from '../../pkg/workerd.js';
import { webPeers } from './peers-web.mjs';
import { worksOf } from './works.mjs';

let works;

export default {
  async fetch(request) {
    works ??= await worksOf({ ours, ...webPeers });
    const { searchParams } = new URL(request.url);
    const [work, contender, count] = ['work', 'contender', 'count'].map((name) => Number(searchParams.get(name)));
    if (!searchParams.has('work')) return Response.json(works.map(({ name, contenders }) => ({ name, contenders: contenders.map(({ name, per }) => ({ name, per })) })));
    const { run } = works[work].contenders[contender];
    const first = run();
    if (first instanceof Promise) for (let i = 0; i < count; i++) await run();
    else for (let i = 0; i < count; i++) run();
    return new Response('done');
  },
};
