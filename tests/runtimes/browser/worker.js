// A worker, as a module and as a classic script: the query is the package's address.
import(self.location.search.slice(1))
  .then((library) => ({ token: library.issueJwtSync({ key: 'xVLyHw.A-pwh7:made-up-secret' }).token }))
  .catch((error) => ({ error: String(error.stack) }))
  .then((message) => self.postMessage(message));
