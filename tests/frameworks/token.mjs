// Asks for tokens as ably-js does, and verifies them with jose.
import { jwtVerify } from 'jose';
import { equal } from '../js/assert.mjs';
import { answerOf } from './server.mjs';

export const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';
const [KEY_NAME, SECRET] = KEY.split(':');

/** Both ways in which ably-js asks. */
export async function verifyToken(server, url) {
  // The session of the shipped examples.
  const headers = { Accept: 'application/json', Cookie: 'user=ada' };
  await verifyAnswer(server, url, { headers });
  const { origin } = new URL(url);
  await verifyAnswer(server, url, {
    method: 'POST',
    body: new URLSearchParams({ room: '7' }),
    headers: { ...headers, Origin: origin },
  });
}

async function verifyAnswer(server, url, init) {
  const response = await answerOf(server, url, init);
  const text = await response.text();
  equal(response.status, 200, `${init.method ?? 'GET'} ${url}: ${text.slice(0, 2000)}\n${server.printed()}`);
  const { token } = JSON.parse(text);
  const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(SECRET), {
    algorithms: ['HS256'],
  });
  equal(
    [protectedHeader.kid, payload['x-ably-clientId'], payload['x-ably-capability']],
    [KEY_NAME, 'ada', '{"chat:*":["publish","subscribe"]}'],
  );
}
