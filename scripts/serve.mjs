// A small static file server that listens on loopback only.
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream';

const TYPES = {
  '.cjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/**
 * @param {Record<string, string>} mounts URL prefix, with a slash at both ends, to folder
 * @param {number} port the first port to try, followed by the next ones while they are taken; 0 for any free port
 * @param {(file: string) => Promise<void> | undefined} until returns what to wait for before a file is read
 */
export async function serve(mounts, port, until = () => undefined) {
  const server = createServer((request, response) => {
    answer(mounts, until, request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) refuse(response, 500, 'the server failed; see the terminal');
      else response.destroy();
    });
  });
  await listen(server, port);
  return server;
}

async function listen(server, first) {
  for (let port = first; ; port++) {
    try {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => resolve(server.off('error', reject)));
      });
      return;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port >= Math.min(first + 20, 65535)) throw error;
    }
  }
}

async function answer(mounts, until, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'only GET and HEAD are supported');
  }
  const file = await find(mounts, until, request.url);
  if (!file) return refuse(response, 404, 'file not found');
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file.path)] ?? 'application/octet-stream',
    'Content-Length': file.size,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') return response.end();
  // A client that disconnects early is not an error.
  pipeline(createReadStream(file.path), response, () => {});
}

/** The file for a URL, if it exists and is inside its mount after links are resolved. */
async function find(mounts, until, url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
  } catch {
    return undefined;
  }
  if (/[\0\\]/.test(path)) return undefined;
  if (path.endsWith('/')) path += 'index.html';
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  const prefix = prefixes.find((it) => path.startsWith(it));
  if (prefix === undefined) return undefined;
  const wanted = join(mounts[prefix], path.slice(prefix.length));
  await until(wanted);
  try {
    const folder = await realpath(mounts[prefix]);
    const real = await realpath(wanted);
    const found = await stat(real);
    const allowed = found.isFile() && real.startsWith(folder + sep);
    return allowed ? { path: real, size: found.size } : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(error.code)) return undefined;
    throw error;
  }
}

function refuse(response, status, sentence) {
  const text = `${status}: ${sentence}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-cache',
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
