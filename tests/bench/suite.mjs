// The whole measurement in one runtime: works, one after the other, their contenders in turn.
import { measure } from './measure.mjs';
import { worksOf } from './works.mjs';

/** @returns {Promise<Record<string, Record<string, number[]>>>} work, contender: ns for one, of every round */
export async function runSuite(peers, options) {
  const results = {};
  for (const { name, contenders } of await worksOf(peers)) results[name] = await measure(contenders, options);
  return results;
}
