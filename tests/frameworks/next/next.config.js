// The folders above have lock files too, and Next would take the uppermost one for the app's root.
const root = __dirname;

module.exports = {
  allowedDevOrigins: ['127.0.0.1'],
  outputFileTracingRoot: root,
  turbopack: { root },
};
