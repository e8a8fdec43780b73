// A page: leaves a function behind that measures.
import * as ours from '../../pkg/index.js';
import { webPeers } from './peers-web.mjs';
import { runSuite } from './suite.mjs';

globalThis.measureAll = (rounds) => runSuite({ ours, ...webPeers }, { rounds, clock: 'coarse' });
