// createTokenEndpoint and requests that nobody means well: huge, broken off, hostile, many.
import { equal, ok, rejects } from './assert.mjs';
import { errorOf, form, request } from './edge-request.mjs';
import { makerOf } from './endpoint-made.mjs';
import { openWith } from './tokens.mjs';

/** Client ids that a header, a form or a JSON text could stumble on; each is in the token to the letter. */
const CLIENT_IDS = [
  'ada\r\nSet-Cookie: session=evil',
  'a\0b',
  '"},"token":"x',
  'аda',
  'ada\u200b',
  'ａｄａ',
  '\u202eada',
  '😀',
  '../../etc',
  '%0d%0a',
  'ada&clientId=bob',
  '*',
];

export default ({ test, library }) => {
  const { AblyAuthError, createTokenEndpoint } = library;
  const make = makerOf(library);

  test('10 MB, told beforehand and not', async () => {
    const { endpoint, seen } = make();
    const chunk = new Uint8Array(65_536).fill(97);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += chunk.length;
        controller.enqueue(chunk);
        if (sent > 10e6) controller.close();
      },
    });
    for (const asked of [
      form('a', { 'Content-Length': '10000000' }),
      form(endless),
      form('a'.repeat(10_000_000)),
      request({ method: 'POST', headers: { 'Content-Type': 'image/png', 'Content-Length': '10000000' }, body: 'a' }),
    ]) {
      const response = await endpoint(asked);
      equal([response.status, (await errorOf(response)).code], [413, 40009]);
    }
    equal(seen.asked.length, 0);
    ok(sent < 1e6, `${sent} bytes were read`);
  });
  test('10,000 parameters', async () => {
    const { endpoint, seen } = make();
    const many = Array.from({ length: 10_000 }, (_, index) => `a${index % 10}=`).join('&');
    equal((await endpoint(form(many))).status, 200);
    equal((await endpoint(request({ url: `https://edge.example/?${many}` }))).status, 200);
    equal(
      seen.asked.map((params) => [...params].length),
      [10_000, 10_000],
    );
  });
  test('a body that breaks off', async () => {
    const { endpoint, seen } = make();
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
    const response = await endpoint(form(broken));
    equal([response.status, (await errorOf(response)).code, seen.errors], [400, 40001, []]);
  });
  for (const clientId of CLIENT_IDS)
    test(`client id ${JSON.stringify(clientId)}`, async () => {
      const { endpoint } = make();
      const response = await endpoint(form(`clientId=${encodeURIComponent(clientId)}`));
      equal(response.status, 200);
      equal([...response.headers].map(([name]) => name.toLowerCase()).sort(), [
        'cache-control',
        'content-type',
        'vary',
        'x-content-type-options',
      ]);
      const details = JSON.parse(await response.text());
      equal([details.clientId, (await openWith(details.token)).claims['x-ably-clientId']], [clientId, clientId]);
    });
  test('many at once, some of which break off or fail, each get their own', async () => {
    const { endpoint } = make({
      async authenticate(_, { params }) {
        const number = Number(params.get('n'));
        await new Promise((wake) => setTimeout(wake, number % 3));
        if (number % 5 === 0) throw new Error('mine');
        return { capability: { [`room:${number}`]: ['publish'] }, clientId: `client ${number}` };
      },
    });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, number) => {
        const broken = number % 7 === 0;
        const body = broken
          ? new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) })
          : `n=${number}`;
        const response = await endpoint(form(body));
        return [number, response.status, await response.text()];
      }),
    );
    for (const [number, status, text] of answers) {
      equal(status, number % 7 === 0 ? 400 : number % 5 === 0 ? 500 : 200, `${number}`);
      if (status === 200)
        equal(
          [JSON.parse(text).clientId, JSON.parse(text).capability],
          [`client ${number}`, `{"room:${number}":["publish"]}`],
        );
    }
    equal((await endpoint(form('n=1'))).status, 200);
  });
  test('a request that cannot be asked does not reject', async () => {
    const { endpoint, seen } = make();
    equal([(await endpoint(request({ url: 'no address' }))).status, seen.errors.length], [500, 1]);
    await rejects(
      AblyAuthError,
      Promise.resolve().then(() => createTokenEndpoint()),
      { kind: 'usage' },
    );
  });
};
