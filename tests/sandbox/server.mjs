// The sandbox over real HTTP: who is answered, and what becomes of requests that are not as they should be.
import { createTokenRequest, getTime, issueJwtSync, revokeTokens } from '../../pkg/index.js';
import { serve } from '../../pkg/node/serve.js';
import { equal, ok } from '../js/assert.mjs';
import { basic, codes, raw, request } from './http.mjs';

const running = await serve({ port: 0, origins: ['https://allowed.example'] });
const { url, sandbox } = running;
const { port } = new URL(url);
const root = basic(sandbox.keys.root);
const json = { ...root, 'content-type': 'application/json' };
const hasCors = ({ headers }) => Object.keys(headers).some((name) => name.startsWith('access-control-'));

export const endServer = () => running.close();

export function server({ test }) {
  test('a key publishes and reads', async () => {
    const posted = await request(`${url}/channels/one/messages`, {
      method: 'POST',
      headers: json,
      body: '{"name":"n","data":"d"}',
    });
    equal(posted.status, 201);
    const { status, text, headers } = await request(`${url}/channels/one/messages`, { headers: root });
    equal([status, JSON.parse(text).map(({ name, data }) => [name, data])], [200, [['n', 'd']]]);
    equal([headers['content-length'], headers['transfer-encoding']], [String(Buffer.byteLength(text)), undefined]);
    ok(headers['x-ably-sandbox'].includes('not Ably'));
  });

  test('our own functions, with nothing but its address', async () => {
    ok(Math.abs((await getTime({ endpoint: url })) - Date.now()) < 60_000);
    const { token } = issueJwtSync({ key: sandbox.keys.revocable, clientId: 'ada' });
    const read = () => request(`${url}/channels/one/messages`, { headers: { authorization: `Bearer ${token}` } });
    equal((await read()).status, 200);
    // Those of the second that is not over yet are not before it.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    equal((await revokeTokens({ key: sandbox.keys.revocable, clientId: 'ada', endpoint: url })).successCount, 1);
    equal(codes(await read()), [401, 40141]);
    const signed = await createTokenRequest({ key: sandbox.keys.root });
    const { status } = await request(`${url}/keys/${signed.keyName}/requestToken`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(signed),
    });
    equal(status, 201);
  });

  test('HEAD is GET without a body', async () => {
    const { status, text, headers } = await request(`${url}/time`, { method: 'HEAD' });
    equal([status, text, headers['content-type']], [200, '', 'application/json']);
  });

  test('only loopback names and its own port', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST', 'app.localhost', '127.0.0.2'])
      equal([host, (await request(`${url}/time`, { headers: { host: `${host}:${port}` } })).status], [host, 200]);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      'localhost:1',
      `localhost.evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `notlocalhost:${port}`,
      `192.168.0.1:${port}`,
      `0.0.0.0:${port}`,
      `[::2]:${port}`,
      // Names of 127.0.0.1 for those who parse leniently.
      `2130706433:${port}`,
      `0x7f000001:${port}`,
      `127.1:${port}`,
    ])
      equal([host, codes(await request(`${url}/time`, { headers: { host } }))], [host, [421, 42100]]);
  });

  test('a target in absolute form is looked at as well', async () => {
    const answer = await raw(
      url,
      `GET http://evil.example/time HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    );
    ok(answer.startsWith('HTTP/1.1 421 '), answer);
  });

  test('pages of elsewhere: nothing that they could read', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost.evil.example',
      'https://allowed.example.evil.example',
      'file://',
      'http://localhost:1@evil.example',
      'http://127.0.0.1:1, http://evil.example',
      'http://evil.example/.localhost',
    ])
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await request(`${url}/time`, {
          method,
          headers: { origin, 'access-control-request-method': 'POST' },
        });
        equal([origin, codes(answer), hasCors(answer)], [origin, [403, 40300], false]);
      }
    for (const origin of [
      'https://allowed.example',
      'http://localhost:3000',
      `http://127.0.0.1:${port}`,
      'https://app.localhost',
    ]) {
      const answer = await request(`${url}/time`, { headers: { origin } });
      equal([answer.status, answer.headers['access-control-allow-origin']], [200, origin]);
      const preflight = await request(`${url}/time`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
      equal(
        [preflight.status, preflight.headers['access-control-allow-headers'], preflight.text],
        [204, 'authorization', ''],
      );
    }
    ok(!hasCors(await request(`${url}/time`)));
  });

  test('an event stream: told that there is none', async () => {
    const answer = await request(`${url}/?key=${sandbox.keys.root}`, { headers: { accept: 'text/event-stream' } });
    equal(codes(answer), [400, 40000]);
    ok(answer.text.includes('no event stream'), answer.text);
  });

  test('a WebSocket of elsewhere or at another path is refused before it opens', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'MDEyMzQ1Njc4OTAxMjM0NQ==',
      'sec-websocket-version': '13',
    };
    for (const [at, headers, expected] of [
      [url, { host: 'evil.example' }, [421, 42100]],
      [url, { origin: 'https://evil.example' }, [403, 40300]],
      [`${url}/channels`, {}, [404, 40400]],
    ])
      equal(codes(await request(at, { headers: { ...upgrade, ...headers } })), expected);
  });

  test('a body that is too long, sent with a length or without', async () => {
    const body = Buffer.alloc(3_000_000, 'x');
    for (const headers of [json, { ...json, 'transfer-encoding': 'chunked' }])
      equal(codes(await request(`${url}/channels/one/messages`, { method: 'POST', headers, body })), [413, 40009]);
    equal(
      codes(
        await request(`${url}/channels/one/messages`, {
          method: 'POST',
          headers: { ...json, host: 'evil.example' },
          body,
        }),
      ),
      [421, 42100],
    );
    const longest = JSON.stringify({ data: 'x' }).padEnd(1024 * 1024, ' ');
    equal(
      (await request(`${url}/channels/one/messages`, { method: 'POST', headers: json, body: longest })).status,
      201,
    );
    equal(
      codes(await request(`${url}/channels/one/messages`, { method: 'POST', headers: json, body: `${longest} ` })),
      [413, 40009],
    );
  });

  test('bodies that are none', async () => {
    for (const [type, body] of [
      ['application/json', '{"name":'],
      ['application/json', '\xff'],
      ['application/x-msgpack', '\xc1'],
      ['application/json', '[[['.repeat(1000)],
    ])
      equal(
        codes(
          await request(`${url}/channels/one/messages`, {
            method: 'POST',
            headers: { ...root, 'content-type': type },
            body: Buffer.from(body, 'latin1'),
          }),
        ).slice(0, 1),
        [400],
      );
  });

  test('what is no request of HTTP', async () => {
    for (const [sent, status] of [
      ['GARBAGE\r\n\r\n', 400],
      [`GET /time HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`, 400],
      ['GET /time HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      [`TRACE / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`, 400],
      [`OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`, 400],
      [`GET /time HTTP/1.1\r\nHost: x@127.0.0.1:${port}\r\nConnection: close\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
      [`POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
    ]) {
      const answer = await raw(url, sent).catch(({ code }) => code);
      // A header over the bound may be cut off while it is being sent.
      if (status === 431 && (answer === 'ECONNRESET' || answer === 'EPIPE')) continue;
      ok(answer.startsWith(`HTTP/1.1 ${status} `), `${sent.slice(0, 40)}: ${answer}`);
    }
    equal((await raw(url, 'GET /time HTTP/1.0\r\n\r\n')).slice(0, 12), 'HTTP/1.1 200');
  });

  test('a client that never ends its request is let go', async () => {
    // One that is impatient, so that nobody else has to hurry.
    const impatient = await serve({
      port: 0,
      timeouts: { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 },
    });
    const host = new URL(impatient.url).host;
    for (const sent of [
      `GET /time HTTP/1.1\r\nHost: ${host}\r\n`,
      `POST /channels/one/messages HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\n{`,
    ])
      ok((await raw(impatient.url, sent)).startsWith('HTTP/1.1 408 '), sent);
    await impatient.close();
  });

  test('one connection, many requests; and requests that were sent ahead', async () => {
    const one = `GET /time HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const last = one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    equal((await raw(url, one + one + one, one + last)).match(/HTTP\/1\.1 200 OK/g)?.length, 5);
  });

  test('a client that goes away is no harm', async () => {
    for (let round = 0; round < 20; round++) {
      const { connect } = await import('node:net');
      await new Promise((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(
            `POST /channels/one/messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 10\r\n\r\n{`,
            () => socket.resetAndDestroy(),
          );
        });
        socket.on('close', resolve).on('error', () => {});
      });
    }
    equal((await request(`${url}/time`)).status, 200);
  });

  test('IPv6 loopback, where there is one', async () => {
    const found = await request(`http://[::1]:${port}/time`).catch(({ code }) => code);
    ok(found.status === 200 || ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ECONNREFUSED'].includes(found), String(found));
  });
}
