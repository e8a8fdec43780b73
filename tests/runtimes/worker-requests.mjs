// Runs in workerd, one request at a time, as a Worker does: the query is the endpoint.
import { library } from '../.work/runtimes/staged.mjs';

const ACCESS_TOKEN = 'made-up-access-token';
const KEY = 'xVLyHw.A-pwh7:made-up-secret';
const CALLS = {
  '/issue': (endpoint) => library.issueJwt({ accessToken: ACCESS_TOKEN, app: 'xVLyHw', endpoint }),
  '/revoke': (endpoint) =>
    library.revokeTokens({ key: KEY, targets: Array.from({ length: 300 }, (_, i) => `clientId:${i}`), endpoint }),
  '/time': (endpoint) => library.getTime({ endpoint }),
};

export default {
  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    try {
      return Response.json(await CALLS[pathname](search.slice(1)));
    } catch (error) {
      return Response.json(
        { name: error.name, kind: error.kind, message: error.message, stack: error.stack },
        { status: 500 },
      );
    }
  },
};
