/**
 * Serves `public/` with a call that is played by `fake-controller.js`, to look at every state of the interface without a server:
 * `node Tests/Client/Preview/server.mjs [port]`, then http://localhost:3011/join/tea?people=4&autojoin=1&name=Ada.
 * What the query may say stands in `fake-controller.js`. The headers are those of Parley itself.
 */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const files = join(here, '../../../public');
const port = Number(process.argv[2] ?? 3011);
const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain',
};
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "media-src 'self' blob:",
  "worker-src 'self'", "manifest-src 'self'", `connect-src 'self' ws://localhost:${port}`, "base-uri 'none'", "form-action 'self'",
].join('; ');

/** @param {string} path */
async function answer(path) {
  const page = /^\/(?:join|watch|embed)(?:\/|$)/.test(path) || path === '/';
  if (page) {
    const html = await readFile(join(files, 'index.html'), 'utf8');
    const up = path.split('/').length > 2 ? '../' : './';
    return { type: types['.html'], body: html.replaceAll('="./', `="${up}`) };
  }
  const name = normalize(path).replace(/^\/+/, '');
  if (name.startsWith('..')) throw new Error('outside');
  if (name === 'call/call-controller.js') return file(join(here, 'fake-controller.js'));
  if (name.startsWith('fake/')) return file(join(here, name.slice(5)));
  return file(join(files, name));
}

/** @param {string} path */
async function file(path) {
  return { type: types[extname(path)] ?? 'application/octet-stream', body: await readFile(path) };
}

createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  try {
    const { type, body } = await answer(decodeURIComponent(pathname));
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(port, 'localhost', () => console.log(`http://localhost:${port}`));
