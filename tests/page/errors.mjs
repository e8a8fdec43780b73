// Errors: a code or a message, and with a token the reason for it.
import { equal } from '../js/assert.mjs';
import { click, open, press, reads, token, until, value, write } from './user.mjs';
import { connect, revoke } from './client.mjs';

const explains = (page, wanted) => reads(page, '#explanation', wanted);

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  test('a code, a message, JSON, and nothing known', async (page) => {
    await open(page, 'errors');
    await explains(page, 'Enter an error code or message.');
    await write(page, '#explain-error', '40160');
    await explains(
      page,
      /^40160 The capability does not allow the operation, HTTP status 401\.\s*Causes, the most likely first\s.*What to do\s*Grant the operation/s,
    );
    equal(await page.$eval('#explanation a', (it) => it.href), 'https://help.ably.io/error/40160');
    await click(page, 'token unrecognized');
    await explains(page, /^40143 The token is not recognised/);
    await write(page, '#explain-error', '{"code":80019,"message":"x","cause":{"code":40170,"message":"y"}}');
    await explains(page, /^80019 .*It is caused by\s*40170 The authUrl or authCallback failed/s);
    await write(page, '#explain-error', 'the printer is on fire');
    await explains(page, /^No code The error has neither a code nor a text/);
  });

  test('with the token and the channel it says which cause it is', async (page) => {
    await token(page);
    await open(page, 'errors');
    await write(page, '#explain-error', 'operation not permitted with provided capability');
    await press(page, '#explain-current');
    await explains(page, /With this token\s*the token grants subscribe on announcements; /);
    await write(page, '#explain-channel', 'orders');
    await page.select('#explain-operation', 'publish');
    await explains(page, /With this token\s*publish on orders is not allowed/);
    await write(page, '#explain-error', '40005');
    await explains(page, /The token does not show the cause\./);
    await write(page, '#explain-token', 'no token at all');
    await explains(page, /With this token\s*\S/);
  });

  test("a refused call, and a client that failed, lead to their error's explanation", async (page) => {
    await connect(page);
    await click(page, 'Read history');
    await click(page, 'Explain this error');
    await reads(page, '#tab-errors[aria-selected="true"]', 'Errors');
    await explains(page, /^40160 .*With this token\s*history on chat:room-1 is not allowed: chat:\* matches/s);
    equal(await value(page, '#explain-channel'), 'chat:room-1');
    await open(page, 'use');
    await press(page, '#client-renews');
    await revoke(page);
    await press(page, '#client-explain');
    await explains(page, /^40141 /);
    await until(async () => (await value(page, '#explain-channel')) === '' || 'no channel');
  });
};
