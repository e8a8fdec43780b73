import { createTokenEndpoint } from 'ably-edge-auth';
import { H3, serve } from 'h3';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

const app = new H3();
app.all('/auth', (event) => auth(event.req));
serve(app, { port: Number(process.env.PORT), hostname: '127.0.0.1' });
