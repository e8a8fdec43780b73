import express from 'express';
import { createTokenEndpoint } from 'ably-edge-auth';
import { toNodeHandler } from 'ably-edge-auth/node';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: (_request, _context, incoming) => ({
    clientId: incoming.session.user,
    capability: { 'chat:*': ['publish', 'subscribe'] },
  }),
});

const app = express();
app.use(express.json(), express.urlencoded());
app.use((request, _response, next) => {
  request.session = { user: 'ada' };
  next();
});
app.all('/auth', toNodeHandler(auth));
app.use('/mounted', express.Router().all('/auth', toNodeHandler(auth)));
app.listen(process.env.PORT, '127.0.0.1');
