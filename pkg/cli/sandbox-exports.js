// What to copy into another terminal or program, so that it uses the sandbox.

/**
 * @param {{ url: string, keys: object, accessToken: string, adminToken: string, caFile?: string }} facts `caFile` is what
 *   clients have to trust, with TLS
 * @param {string[]} others addresses by which other machines reach it
 * @returns {string[]} lines
 */
export function exportsOf({ url, keys, accessToken, adminToken, caFile }, others = [], platform = process.platform) {
  const { port, protocol } = new URL(url);
  const isTls = protocol === 'https:';
  const address = isTls ? `tlsPort: ${port || 443}` : `port: ${port}, tls: false`;
  const flags = isTls ? `--tls-port ${port || 443}` : `--port ${port} --tls false`;
  const set = (values) => Object.entries(values).map(([name, value]) => `  ${assignment(name, value, platform)}`);
  const trust = caFile !== undefined && { NODE_EXTRA_CA_CERTS: caFile };
  const lines = [
    'For these commands:',
    ...set({
      ABLY_ENDPOINT: url,
      ABLY_API_KEY: keys.root,
      ABLY_ACCESS_TOKEN: accessToken,
      ABLY_ADMIN_TOKEN: adminToken,
      ...trust,
    }),
    `For the Ably CLI, with ${flags} after each command that uses a channel:`,
    ...set({
      ABLY_ENDPOINT: 'localhost',
      // On a host whose name has "local" in it, that CLI speaks plain HTTP.
      ABLY_CONTROL_HOST: `${isTls ? '127.0.0.1' : 'localhost'}:${port}`,
      ABLY_API_KEY: keys.root,
      ABLY_ACCESS_TOKEN: accessToken,
      ...trust,
    }),
    `  ably channels publish my-channel "Hello" ${flags}`,
    'For ably-js, REST or realtime:',
    `  const options = { key: '${keys.root}', endpoint: 'localhost', ${address} };`,
    '  const rest = new Ably.Rest(options);',
    '  const realtime = new Ably.Realtime(options);',
  ];
  for (const other of others) {
    const { host } = new URL(other);
    lines.push(
      `From other machines, by ${other}, with these commands:`,
      ...set({
        ABLY_ENDPOINT: other,
        ABLY_CONTROL_HOST: `${other}/v1`,
        ...(!isTls && { ABLY_PLAIN_HTTP_HOST: host }),
      }),
    );
  }
  return lines;
}

function assignment(name, value, platform) {
  return platform === 'win32' ? `$env:${name} = '${value}'` : `export ${name}='${value}'`;
}
