// Loaded by /realtime, after Ably's client: the query is the address of the sandboxes.
import { library } from '../../.work/runtimes/staged.mjs';
import { runCases } from '../../realtime/cases.mjs';

globalThis.report = runCases({ Ably: globalThis.Ably, library, origin: location.search.slice(1) });
