// Real Ably in place of the sandbox: where requests go, what they hold, and that nothing of it is kept.
import { equal, ok } from '../js/assert.mjs';
import { click, fill, issue, open, POLL, press, reads, token, until, value, write } from './user.mjs';

const OWN = 'aPP1id.kEY1id:a-very-own-one';
const ABLY = 'https://main.realtime.ably.net';
const UNREACHED = [
  /^Failed to load resource: net::ERR_(NAME_NOT_RESOLVED|FAILED|INTERNET_DISCONNECTED)/,
  /blocked by CORS policy/,
];
const toAbly = ({ url }) =>
  /^https:\/\/(main\.realtime\.ably\.net|main\.[a-e]\.fallback\.ably-realtime\.com|control\.ably\.net)\//.test(url);

/** Ably's answers, as far as these tests need them. */
const answering = (seen, answer) => async (page) => {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (!toAbly({ url: request.url() })) return request.continue();
    seen.push({ url: request.url(), method: request.method(), headers: request.headers(), body: request.postData() });
    const cors = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*, Authorization',
      'Access-Control-Allow-Methods': '*',
      'Access-Control-Expose-Headers': '*',
    };
    if (request.method() === 'OPTIONS') return request.respond({ status: 204, headers: cors });
    const { status = 200, body } = answer(request);
    request.respond({ status, headers: cors, contentType: 'application/json', body: JSON.stringify(body) });
  });
};
const switchOver = async (page) => {
  await token(page);
  await press(page, '#mode label:has(#mode-real)');
  await reads(page, '#mode-note', /^Real Ably: this browser now sends .* to Ably/);
};

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test("the switch says what it does, and takes the sandbox's key and token away", async (page) => {
    await switchOver(page);
    equal([await value(page, '#key'), await value(page, '#key-capability')], ['', '']);
    ok(await page.$eval('#token-part', (it) => it.hidden), 'no token of the sandbox');
    equal(await page.$$eval('#key-choice input:enabled', (all) => all.map((it) => it.value)), ['own']);
    await press(page, '#mode label:has(#mode-sandbox)');
    await reads(page, '#mode-note', /^Everything runs inside this page/);
    ok((await value(page, '#key')).startsWith('sndbox.'));
  });

  const seen = [];
  test(
    'a token is used and revoked there',
    async (page) => {
      await switchOver(page);
      await fill(page, 'API key', OWN);
      await issue(page);
      const made = await token(page);
      await open(page, 'use');
      await click(page, 'Publish');
      await reads(page, '#use-result .outcome', /^201 /);
      const publish = seen.find(({ method }) => method === 'POST');
      equal(
        [publish.url, publish.headers.authorization],
        [`${ABLY}/channels/chat%3Aroom-1/messages`, `Bearer ${made}`],
      );
      await press(page, '#revoke');
      await press(page, '#confirm-revoke');
      await reads(page, '#revoke-result', /clientId:alice\s+revoked/);
      const revoke = seen.find(({ url, method }) => method === 'POST' && url.endsWith('/revokeTokens'));
      equal(
        [revoke.url, revoke.headers.authorization],
        [`${ABLY}/keys/aPP1id.kEY1id/revokeTokens`, `Basic ${Buffer.from(OWN).toString('base64')}`],
      );
      equal(seen.filter(({ url }) => url.includes('very-own')).length, 0, 'the key is in no address');

      const kept = await page.evaluate(async () =>
        JSON.stringify([
          history.state,
          location.href,
          await indexedDB.databases(),
          { ...localStorage },
          { ...sessionStorage },
          document.cookie,
        ]),
      );
      ok(!kept.includes('very-own') && !kept.includes('kEY1id'), 'it is nowhere kept');
      await page.reload();
      await token(page);
      ok(await page.$eval('#mode-sandbox', (it) => it.checked), 'after a reload it is the sandbox again');
      ok((await value(page, '#key')).startsWith('sndbox.'));
      await until(
        async () =>
          (await page.$$eval('.line', (all) => all.map((it) => it.textContent))).every(
            (it) => !it.includes('kEY1id'),
          ) || 'its tokens are forgotten',
      );
    },
    {
      sent: toAbly,
      before: (page) =>
        answering(seen, (request) => {
          if (request.url().endsWith('/time')) return { body: [Date.now()] };
          const now = Date.now();
          if (request.url().endsWith('/revokeTokens'))
            return {
              status: 201,
              body: {
                successCount: 1,
                failureCount: 0,
                results: [{ target: 'clientId:alice', issuedBefore: now, appliesAt: now }],
              },
            };
          return { status: 201, body: { channel: 'chat:room-1', messageId: 'a:0' } };
        })(page),
    },
  );

  test(
    'what cannot be reached is explained, and not called a failure to fetch',
    async (page) => {
      await switchOver(page);
      await fill(page, 'API key', OWN);
      await issue(page);
      await open(page, 'use');
      await click(page, 'Publish');
      await reads(
        page,
        '#use-result .outcome',
        /^No answer No answer from main\.realtime\.ably\.net reached this page\. .*cross-origin rule, CORS.*The same call works from a server or a command line\.$/,
      );
      await press(page, '#revoke');
      await press(page, '#confirm-revoke');
      await reads(
        page,
        '#revoke-result',
        /^Not revoked\.\s+No answer from main\.realtime\.ably\.net reached this page\./,
      );
    },
    { sent: toAbly, expected: UNREACHED },
  );

  test(
    'the Control API, which browsers are not let to, is explained too',
    async (page) => {
      await switchOver(page);
      await open(page, 'access');
      await reads(page, '#view-access', /Ably has no public API that creates, lists, rotates or revokes access tokens/);
      equal(await page.$eval('#view-access a', (it) => it.href), 'https://ably.com/users/access_tokens');
      await write(page, '#access-token', 'an-access-token-of-mine');
      await press(page, '#control-me');
      await reads(
        page,
        '#access-me',
        /control\.ably\.net reached this page\..*Ably does not document cross-origin access to the Control API/,
      );
    },
    { sent: toAbly, expected: UNREACHED },
  );

  const asked = [];
  test(
    'with a real access token: who it is, and what it may do',
    async (page) => {
      await switchOver(page);
      await open(page, 'access');
      await write(page, '#access-token', 'an-access-token-of-mine');
      await press(page, '#control-me');
      await reads(page, '#access-me', /CI of Acme \(acc1\), expires 2030-01-01T00:00:00Z/);
      equal(await page.$$eval('#access-me .yes', (all) => all.map((it) => it.children[1].textContent)), [
        'Read Key',
        'Read Integration',
      ]);
      equal(
        asked.filter(({ method }) => method === 'GET').map(({ url, headers }) => [url, headers.authorization]),
        [['https://control.ably.net/v1/me', 'Bearer an-access-token-of-mine']],
      );
      await press(page, '#mode label:has(#mode-sandbox)');
      equal(await value(page, '#access-token'), '', 'it is forgotten');
      await page.waitForSelector('#access-list li', POLL);
    },
    {
      sent: toAbly,
      before: (page) =>
        answering(asked, () => ({
          body: {
            token: { id: 't', name: 'CI', capabilities: ['read:key', 'read:rule'], expires_at: '2030-01-01T00:00:00Z' },
            user: { id: 1, email: 'a@example.com' },
            account: { id: 'acc1', name: 'Acme' },
          },
        }))(page),
    },
  );
};
