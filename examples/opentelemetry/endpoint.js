// An audit log as OpenTelemetry spans: one for each token, with who got it, in which form and for how many channels. Needs
// only the API package; the SDK that your program registers decides where the spans go.
import { trace } from '@opentelemetry/api';
import { createTokenEndpoint } from 'ably-edge-auth';

const tracer = trace.getTracer('token-endpoint');

export const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate(request) {
    /** Replace this with your own session. */
    const user = /(?:^|; )user=(\w+)/.exec(request.headers.get('Cookie'))?.[1];
    return user ? { clientId: user, capability: { 'chat:*': ['publish', 'subscribe'] } } : null;
  },
  onIssue({ clientId, keyName, capability, expires, form }) {
    const attributes = {
      'user.id': clientId,
      'ably.key.name': keyName,
      'ably.token.form': form,
      'ably.token.expires': expires && new Date(expires).toISOString(),
      'ably.capability.resources': Object.keys(JSON.parse(capability)),
    };
    tracer.startSpan('issue token', { attributes }).end();
  },
  onError(error) {
    const span = tracer.startSpan('issue token');
    span.recordException(error);
    span.end();
  },
});
