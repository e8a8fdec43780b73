// What to copy into another terminal or program, so that it uses the sandbox.

/**
 * @param {{ url: string, keys: object, accessToken: string, adminToken: string }} facts
 * @param {string[]} others addresses by which other machines reach it
 * @returns {string[]} lines
 */
export function exportsOf({ url, keys, accessToken, adminToken }, others = [], platform = process.platform) {
  const { port } = new URL(url);
  const set = (values) => Object.entries(values).map(([name, value]) => `  ${assignment(name, value, platform)}`);
  const lines = [
    'For these commands:',
    ...set({
      ABLY_ENDPOINT: url,
      ABLY_API_KEY: keys.root,
      ABLY_ACCESS_TOKEN: accessToken,
      ABLY_ADMIN_TOKEN: adminToken,
    }),
    'For the Ably CLI, with --port and --tls after each command that uses a channel:',
    ...set({
      ABLY_ENDPOINT: 'localhost',
      ABLY_CONTROL_HOST: `localhost:${port}`,
      ABLY_API_KEY: keys.root,
      ABLY_ACCESS_TOKEN: accessToken,
    }),
    `  ably channels publish my-channel "Hello" --port ${port} --tls false`,
    'For ably-js, REST or realtime:',
    `  const options = { key: '${keys.root}', endpoint: 'localhost', port: ${port}, tls: false };`,
    '  const rest = new Ably.Rest(options);',
    '  const realtime = new Ably.Realtime(options);',
  ];
  for (const address of others) {
    const { host } = new URL(address);
    lines.push(
      `From other machines, by ${address}, with these commands:`,
      ...set({ ABLY_ENDPOINT: address, ABLY_CONTROL_HOST: `${address}/v1`, ABLY_PLAIN_HTTP_HOST: host }),
    );
  }
  return lines;
}

function assignment(name, value, platform) {
  return platform === 'win32' ? `$env:${name} = '${value}'` : `export ${name}='${value}'`;
}
