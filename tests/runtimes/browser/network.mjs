// Loaded by /network: the query is the test server's origin, which is not this page's.
import { runNetworkSuite } from '../suite.mjs';

globalThis.report = runNetworkSuite(location.search.slice(1));
