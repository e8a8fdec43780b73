// The test server itself, with the runtime's own fetch: a fault that does not do what it says would
// make every other test here worth nothing.
import { equal, ok } from './assert.mjs';
import { later, timed, world } from './network-world.mjs';

// Without no-store a browser answers itself what it has been answered before: a 301 is enough.
const INIT = {
  redirect: 'manual',
  cache: 'no-store',
  headers: { 'X-Ably-Version': '6', 'Ably-Agent': 'test/1', Accept: 'application/json' },
};
const IN_BROWSER = typeof document === 'object';

/** What fetch and then reading the body comes to: a status and a text, or an error, and where. */
async function outcome(url, init = INIT) {
  let answer;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    return { failed: 'headers', error };
  }
  try {
    return { answer, status: answer.status, text: await answer.text() };
  } catch (error) {
    return { answer, failed: 'body', error };
  }
}

export default ({ test, network }) => {
  if (!network?.origin) throw new Error("the test server's origin was not given");
  const timeWith = async (fault) => {
    const own = await world(network, { faults: [fault], repeat: true });
    return { ...own, ...(await outcome(`${own.endpoint}/time`)) };
  };

  test('answers well, and logs what came', async () => {
    const own = await world(network, { clock: 3_600_000 });
    const { status, text } = await outcome(`${own.endpoint}/time?x=1`);
    equal(status, 200);
    const [time] = JSON.parse(text);
    ok(Math.abs(time - 3_600_000 - Date.now()) < 60_000, text);
    const [entry, ...further] = await own.until((log) => log[0]?.sent, 'an answer that was sent');
    equal(further, []);
    const { method, path, search, place, well, fault, headers } = entry;
    equal(
      { method, path, search, place, well, fault },
      { method: 'GET', path: '/time', search: '?x=1', place: 'here', well: true, fault: null },
    );
    equal([headers['x-ably-version'], headers['ably-agent']], ['6', 'test/1']);
  });
  test('browsers ask before, others do not', async () => {
    const own = await world(network);
    await outcome(`${own.endpoint}/time`);
    equal(
      (await own.all()).map(({ preflight }) => preflight),
      IN_BROWSER ? [true, false] : [false],
    );
  });
  test('without CORS headers no browser gets an answer, and the request itself never comes', async () => {
    const own = await world(network, { cors: false });
    const { failed } = await outcome(`${own.endpoint}/time`);
    equal(failed, IN_BROWSER ? 'headers' : undefined);
    equal((await own.log()).length, IN_BROWSER ? 0 : 1);
  });
  test('a header outside the list fails the preflight', async () => {
    const own = await world(network);
    const { failed } = await outcome(`${own.endpoint}/time`, { headers: { 'X-Something-Else': '1' } });
    equal(failed, IN_BROWSER ? 'headers' : undefined);
  });
  test('worlds know nothing of each other, and one that was not made is refused', async () => {
    const [one, other] = [await world(network), await world(network)];
    await outcome(`${one.endpoint}/time`);
    equal([(await one.log()).length, (await other.log()).length], [1, 0]);
    equal((await outcome(`${network.origin}/w/none/time`, {})).status, 599);
  });
  test('an unknown member of a script or of a fault is refused', async () => {
    const answer = await fetch(`${network.origin}/control/wrong-${Math.random().toString(36).slice(2)}`, {
      method: 'POST',
      body: '{"fautls":[]}',
    });
    equal([answer.status, (await answer.text()).includes('fautls')], [599, true]);
    equal((await timeWith({ dleay: 1 })).status, 599);
  });
  test('faults come in turn, then all is well', async () => {
    const own = await world(network, { faults: [{ status: 500 }, null, { status: 503 }] });
    const found = [];
    for (let i = 0; i < 5; i++) found.push((await outcome(`${own.endpoint}/time`)).status);
    equal(found, [500, 200, 503, 200, 200]);
    equal(
      (await own.log()).map(({ fault }) => fault),
      [0, null, 2, null, null],
    );
  });
  test('faults by chance are the same in each run', async () => {
    const runs = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        const own = await world(network, { faults: [{ status: 500 }, { status: 503 }], chance: 0.3, seed });
        const found = [];
        for (let i = 0; i < 40; i++) found.push((await outcome(`${own.endpoint}/time`)).status);
        return found;
      }),
    );
    equal(runs[0], runs[1]);
    ok(runs[0].join() !== runs[2].join(), 'another seed gives the same');
    const failed = runs[0].filter((status) => status !== 200).length;
    ok(failed >= 4 && failed <= 24, `${failed} of 40 failed`);
  });
  test('only: faults meet these requests alone', async () => {
    const own = await world(network, { faults: [{ status: 500 }], only: 'POST /keys' });
    equal((await outcome(`${own.endpoint}/time`)).status, 200);
    equal((await outcome(`${own.endpoint}/keys/a.b/revokeTokens`, { method: 'POST' })).status, 500);
  });

  test('delay, pause and drip take their time, and all arrives', async () => {
    for (const [fault, least] of [
      [{ delay: 300 }, 290],
      [{ pause: 300 }, 290],
      [{ drip: 20 }, 250],
      [{ drip: 20, chunked: true }, 250],
    ]) {
      const { value, ms } = await timed(() => timeWith(fault));
      equal([value.status, JSON.parse(value.text).length], [200, 1], JSON.stringify(fault));
      ok(ms >= least, `${JSON.stringify(fault)} took ${ms} ms`);
    }
  });
  test('the headers arrive before the body', async () => {
    const own = await world(network, { faults: [{ stop: 'body' }] });
    const stop = new AbortController();
    const answer = await fetch(`${own.endpoint}/time`, { ...INIT, signal: stop.signal });
    equal(answer.status, 200);
    const reading = answer.text().then(
      () => 'all of it',
      () => 'failed',
    );
    equal(await Promise.race([reading, later(300).then(() => 'nothing')]), 'nothing');
    equal((await own.log())[0].sent, false);
    stop.abort();
    equal(await reading, 'failed');
    await own.until(([entry]) => entry.gone, 'that the server sees the client leave');
  });
  test('no headers come', async () => {
    const own = await world(network, { faults: [{ stop: 'headers' }] });
    const stop = new AbortController();
    const asking = fetch(`${own.endpoint}/time`, { ...INIT, signal: stop.signal }).then(
      () => 'answered',
      () => 'failed',
    );
    await own.until((log) => log.length === 1, 'a request');
    equal(await Promise.race([asking, later(300).then(() => 'nothing')]), 'nothing');
    stop.abort();
    equal(await asking, 'failed');
    await own.until(([entry]) => entry.gone, 'that the server sees the client leave');
  });
  test('a connection that breaks', async () => {
    equal((await timeWith({ cut: 'headers' })).failed, 'headers');
    // Some give the answer only when they have some of the body.
    const { failed, log } = await timeWith({ cut: 'body' });
    ok(failed, 'it was not noticed');
    equal((await log()).map(({ gone, sent }) => [gone, sent])[0], [false, false]);
  });

  test('redirects: the way to this origin and to another one is logged when it is gone', async () => {
    for (const to of ['here', 'elsewhere'])
      for (const status of [301, 302, 303, 307, 308]) {
        const own = await timeWith({ status, redirect: to });
        if (IN_BROWSER) equal([own.answer.type, own.status], ['opaqueredirect', 0]);
        else {
          const base = to === 'here' ? own.endpoint : own.elsewhere;
          equal([own.status, own.answer.headers.get('location')], [status, `${base}/redirected/time`]);
        }
        equal((await own.log()).length, 1);
        equal(
          (await outcome(`${own.endpoint}/time`, { cache: 'no-store' })).status,
          200,
          'a followed redirect is answered',
        );
        const [, second, third] = await own.log();
        equal([second.path, third.path, third.place], ['/time', '/redirected/time', to]);
      }
  });
  test('errors: in the body, in the headers, flat for the Control API', async () => {
    const error = { code: 40101, message: 'Invalid credentials' };
    const own = await world(network, {
      faults: [
        { status: 401, error },
        { status: 401, error },
        { status: 401, error, in: 'headers' },
      ],
    });
    const whole = {
      message: 'Invalid credentials',
      code: 40101,
      statusCode: 401,
      href: 'https://help.ably.io/error/40101',
    };
    equal(JSON.parse((await outcome(`${own.endpoint}/time`)).text), { error: whole });
    equal(JSON.parse((await outcome(`${own.endpoint}/v1/me`)).text), { ...whole, details: null });
    const { answer, text } = await outcome(`${own.endpoint}/time`);
    equal(
      [text, answer.headers.get('x-ably-errorcode'), answer.headers.get('x-ably-errormessage')],
      ['', '40101', 'Invalid credentials'],
    );
    equal([answer.headers.get('x-ably-serverid'), answer.headers.get('x-request-id')], ['made-up-server', 'request-2']);
  });
  test('Retry-After in seconds and as a date', async () => {
    const seconds = await timeWith({ status: 429, retryAfter: 7 });
    equal([seconds.status, seconds.answer.headers.get('retry-after')], [429, '7']);
    const date = (await timeWith({ status: 429, retryDate: 60 })).answer.headers.get('retry-after');
    const ahead = Date.parse(date) - Date.now();
    ok(date.endsWith(' GMT') && ahead > 0 && ahead <= 60_000, date);
  });
  test('bodies: empty, none, of another kind, compressed, 50 MB', async () => {
    equal([(await timeWith({ status: 200 })).text, (await timeWith({ status: 204 })).status], ['', 204]);
    const html = await timeWith({ status: 502, body: '<html>', headers: { 'Content-Type': 'text/html' } });
    equal([html.status, html.text, html.answer.headers.get('content-type')], [502, '<html>', 'text/html']);
    equal((await timeWith({ json: { a: 1 } })).text, '{"a":1}');
    equal(JSON.parse((await timeWith({ gzip: true })).text).length, 1);
    for (const further of [{}, { chunked: true }, { gzip: true }]) {
      const { text } = await timeWith({ size: 50_000_000, ...further });
      equal([text.length, JSON.parse(text).length], [50_000_000, 1]);
    }
  });
};
