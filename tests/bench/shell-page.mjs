// A page: leaves a function behind that measures.
import * as frame from '../../pkg/lib/module/shared-buffer.js';
import * as ours from '../../pkg/index.js';
import { webPeers } from './peers-web.mjs';
import { runSuite } from './suite.mjs';

globalThis.measureAll = (rounds) => runSuite({ frame, ours, ...webPeers }, { rounds, clock: 'coarse' });
