// Requests to the byte, which no fetch would send.
import { request as send } from 'node:http';
import { connect } from 'node:net';

/** Any header, Host and Origin too. */
export function request(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = send(url, { method, headers, agent: false }, async (response) => {
      const pieces = [];
      for await (const piece of response) pieces.push(piece);
      resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(pieces).toString() });
    });
    sent.on('error', reject);
    sent.on('upgrade', () => reject(new Error('it was upgraded')));
    sent.end(body);
  });
}

/** All that comes back for these bytes, until the server ends the connection. */
export function raw(url, ...parts) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    for (const part of parts) socket.write(part);
  });
}

export const basic = (key) => ({ authorization: `Basic ${Buffer.from(key).toString('base64')}` });

/** Of an error answer: status and Ably's code, the same in all places where they stand. */
export function codes({ status, headers, text }) {
  const { error } = JSON.parse(text);
  if (error.statusCode !== status || String(error.code) !== headers['x-ably-errorcode'] || !error.message)
    throw new Error(`this is no error of Ably's: ${text}`);
  return [status, error.code];
}
