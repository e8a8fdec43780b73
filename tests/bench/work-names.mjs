// The names of works that those who measure share with goals.mjs, which is imported without the packages of this folder.
export const OVER_HTTP = 'token endpoint over HTTP';
export const CPU_OVER_HTTP = 'token endpoint over HTTP, CPU of the server';
export const LATENCY = 'token endpoint over HTTP, p99 at 60 % of its own rate';
export const IN_PROCESS = 'token endpoint in process, CPU';
export const FRESH = 'a fresh isolate and its first token';
export const CPU_FRESH = 'a fresh isolate and its first token, CPU';
export const KEYSTROKE = 'a key to the drawn report, 1,000 resources';
export const MANY_USERS = 'verifyRequest, 10,000 users';
