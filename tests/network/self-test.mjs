// The test server, tested: with fetch, as every runtime does it too (tests/js/network-server.mjs), and
// to the byte, which no fetch can see.
import { connect } from 'node:net';
import { print } from '../runtimes/report.mjs';
import { equal, ok } from '../js/assert.mjs';
import { runSubjects } from '../js/harness.mjs';
import networkServer from '../js/network-server.mjs';
import { later, world } from '../js/network-world.mjs';
import { startServer } from './server.mjs';

const server = await startServer();
const network = { origin: server.origin };

/** What comes back on the wire, and how the connection ends. */
async function raw(fault, { path = '/time' } = {}) {
  const own = await world(network, { faults: [fault] });
  const { port, pathname } = new URL(own.endpoint + path);
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString('latin1')));
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  const ending = await new Promise((resolve) => {
    socket.on('error', ({ code }) => resolve(code)).on('end', () => resolve('end'));
    // Open: nothing comes any more, a while after all that was to come.
    const isThere = (entry) => (fault?.stop === 'headers' ? entry : entry?.headersSent);
    if (fault?.stop)
      own
        .until(([entry]) => isThere(entry), 'that it stops')
        .then(() => later(1000))
        .then(() => resolve('open'));
  });
  socket.destroy();
  const [head, body] = text.split('\r\n\r\n');
  return { ending, text, body, length: Number(head.match(/^content-length: (\d+)$/im)?.[1]), own };
}

const onTheWire = ({ test }) => {
  test('all is well', async () => {
    const { ending, body, length } = await raw(null);
    equal([ending, length, JSON.parse(body).length], ['end', body.length, 1]);
  });
  test('lengthBy: the length alone is wrong', async () => {
    for (const lengthBy of [10, -5]) {
      const { ending, body, length } = await raw({ lengthBy });
      equal([ending, length, JSON.parse(body).length], ['end', body.length + lengthBy, 1]);
    }
  });
  test('half: half of it, and an end in good order', async () => {
    const { ending, body, length } = await raw({ half: true });
    equal([ending, body.length], ['end', length >> 1]);
  });
  test('cut: in place of the headers, in the middle of the body', async () => {
    const early = await raw({ cut: 'headers' });
    equal([early.ending, early.text], ['ECONNRESET', '']);
    const late = await raw({ cut: 'body' });
    equal([late.ending, late.body.length], ['ECONNRESET', late.length >> 1]);
  });
  test('stop: the connection stays open', async () => {
    const early = await raw({ stop: 'headers' });
    equal([early.ending, early.text], ['open', '']);
    const late = await raw({ stop: 'body' });
    equal([late.ending, late.body.length], ['open', late.length >> 1]);
    await late.own.until(([entry]) => entry.gone, 'that the server sees the client leave');
  });
  test('chunked: no length', async () => {
    const { text } = await raw({ chunked: true });
    ok(/^transfer-encoding: chunked\r$/im.test(text) && !/content-length/i.test(text), text);
  });
  test('204 has neither a length nor a body', async () => {
    const { ending, body, text } = await raw({ status: 204 });
    equal([ending, body, /content-length/i.test(text)], ['end', '', false]);
  });
};

const report = await runSubjects({ 'the test server': networkServer, 'on the wire': onTheWire }, { network });
await server.close();
if (!print('network test server', report)) process.exitCode = 1;
