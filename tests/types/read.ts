import {
  decodeJwt,
  verifyJwt,
  type Diagnostic,
  type DecodedJwt,
  type RevocationEntry,
  type RevocationReport,
  type VerifiedJwt,
  type VerifyKey,
  type VerifyOptions,
} from 'ably-edge-auth';
import { exact } from './exact.js';

const key = 'appid.keyid:secret';

const everything: Required<VerifyOptions> = {
  now: 0,
  clockToleranceSeconds: 5,
  maxTtlSeconds: 3600,
  keyCapability: { '*': ['*'] },
  revocations: [{ keyName: 'appid.keyid', target: 'clientId:ada', issuedBefore: 0, appliesAt: 0 }],
  embedded: true,
};

const verified = verifyJwt('token', { key, ...everything });
exact<VerifiedJwt>()(verified);
exact<string>()(verified.keyName);
exact<string>()(verified.appId);
exact<string | undefined>()(verified.clientId);
exact<string | undefined>()(verified.capability);
exact<number>()(verified.issued);
exact<number>()(verified.expires);
exact<string | undefined>()(verified.revocationKey);
exact<unknown>()(verified.claims['x-ably-capability']);
exact<boolean>()(verified.narrowed);
exact<Diagnostic[]>()(verified.diagnostics);

verifyJwt('token', { keys: [key] });
verifyJwt('token', { keys: [key, key] as const, now: new Date() });
const one: VerifyKey = { key };
const several: VerifyKey = { keys: [key] };
verifyJwt('token', one);
verifyJwt('token', several);
// @ts-expect-error a key, or keys, and not both
verifyJwt('token', { key, keys: [key] });
// @ts-expect-error neither
verifyJwt('token', {});
// @ts-expect-error no options at all
verifyJwt('token');
// @ts-expect-error keys are a list
verifyJwt('token', { keys: key });
// @ts-expect-error a key is one
verifyJwt('token', { key: [key] });
// @ts-expect-error an unknown option: clockToleranceSeconds
verifyJwt('token', { key, clockTolerance: 5 });
// @ts-expect-error seconds are a number
verifyJwt('token', { key, maxTtlSeconds: '3600' });
// @ts-expect-error the token is text
verifyJwt({ token: 'token' }, { key });

const entry: RevocationEntry = { keyName: 'appid.keyid', target: 'clientId:ada', issuedBefore: 0, appliesAt: 0 };
verifyJwt('token', { key, revocations: [entry] as const });
verifyJwt('token', { key, revocations: undefined });
// @ts-expect-error it counts from some time on
verifyJwt('token', { key, revocations: [{ keyName: 'appid.keyid', target: 'clientId:ada', issuedBefore: 0 }] });
// @ts-expect-error times are numbers
verifyJwt('token', { key, revocations: [{ ...entry, issuedBefore: new Date() }] });
// @ts-expect-error a list
verifyJwt('token', { key, revocations: entry });
/** What is kept of a report: not all of it may have succeeded. */
export function inForce(report: RevocationReport): RevocationEntry[] {
  // @ts-expect-error some may have failed
  verifyJwt('token', { key, revocations: report.results });
  return report.results.filter((result): result is RevocationEntry => result.error === undefined);
}

// @ts-expect-error a token may have no capability
verified.capability.length;

const decoded = decodeJwt('token');
exact<DecodedJwt>()(decoded);
exact<false>()(decoded.verified);
const { alg } = decoded.header;
exact<unknown>()(alg);
const { exp } = decoded.claims;
exact<unknown>()(exp);
exact<string | undefined>()(decoded.keyName);
exact<string | undefined>()(decoded.appId);
exact<string | undefined>()(decoded.clientId);
exact<string | undefined>()(decoded.capability);
exact<number | undefined>()(decoded.issued);
exact<number | undefined>()(decoded.expires);
exact<string | undefined>()(decoded.revocationKey);
exact<Diagnostic[]>()(decoded.diagnostics);
decodeJwt('token', { now: new Date() });
// @ts-expect-error it takes no key, for it verifies nothing
decodeJwt('token', { key });
// @ts-expect-error what nobody has verified is not a verified token
export const trusted: VerifiedJwt = decoded;
