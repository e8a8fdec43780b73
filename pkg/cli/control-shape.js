// The JSON of the Control API's resources as the Ably CLI prints it: its fields in its order, times as ISO 8601, and null or
// false for what the API left out. Fields that the Ably CLI does not print follow.

/** Kind of resource to its fields in order, each with the value that stands for an absent one. */
const FIELDS = {
  app: {
    accountId: undefined,
    created: undefined,
    id: undefined,
    modified: undefined,
    name: undefined,
    status: undefined,
  },
  rule: {
    authenticated: false,
    batchingEnabled: false,
    batchingInterval: null,
    conflationEnabled: false,
    conflationInterval: null,
    conflationKey: null,
    created: undefined,
    id: undefined,
    modified: undefined,
    mutableMessages: false,
    persistLast: false,
    persisted: false,
    populateChannelRegistry: false,
    pushEnabled: false,
    tlsOnly: false,
  },
};
/** In lists, the Ably CLI prints these kinds differently from one alone. */
const LIST_FIELDS = {
  integration: {
    appId: undefined,
    created: undefined,
    id: undefined,
    modified: undefined,
    requestMode: undefined,
    source: undefined,
    target: undefined,
    type: undefined,
    version: undefined,
  },
  queue: { amqp: undefined, deadletter: false },
};
const TIMES = ['created', 'modified'];

/** @param {string} kind such as `app` */
export function shaped(kind, thing, isListed = false) {
  const fields = (isListed ? LIST_FIELDS[kind] : undefined) ?? FIELDS[kind] ?? {};
  const whole = kind === 'integration' && isListed ? { ...thing, type: thing.ruleType } : thing;
  const ordered = {};
  for (const [name, absent] of Object.entries(fields)) ordered[name] = whole[name] ?? absent;
  return withTimes({ ...ordered, ...defined(whole) });
}

/** Without the members that are null or undefined where the order above has put a value. */
function defined(thing) {
  return Object.fromEntries(Object.entries(thing).filter(([, value]) => value !== undefined && value !== null));
}

function withTimes(thing) {
  const shown = { ...thing };
  for (const name of TIMES)
    if (Number.isFinite(shown[name]) && Math.abs(shown[name]) <= 8.64e15)
      shown[name] = new Date(shown[name]).toISOString();
  return shown;
}

/** The result of a list: what is listed, and the counts that the Ably CLI has for this kind. */
export function listed(kind, many, items, appId) {
  const about = { ...(appId !== undefined && { appId }), hasMore: false, [many]: items };
  if (kind === 'app') return { apps: items, hasMore: false };
  if (kind === 'key') return about;
  return { ...about, timestamp: new Date().toISOString(), total: items.length };
}
