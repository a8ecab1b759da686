import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

/** The client-side pages, by their name: how each makes the home page in the browser. */
export const CLIENTS = ['plain', 'react'] as const;

/** A server of this process: the client-side pages, and all else from the gateway, so that all have one origin. */
export interface Front {
  port: number;
  close(): Promise<void>;
}

/** @param gatewayUrl of the gateway @param style the style sheet of the shop, which all pages have */
export async function openFront(gatewayUrl: string, style: string): Promise<Front> {
  const files = await filesOf(style);
  const server = createServer((incoming, answer) => {
    const path = new URL(incoming.url!, 'http://front').pathname;
    const file = files.get(path);
    if (file) {
      answer.writeHead(200, {
        'content-type': file.type,
        'content-encoding': 'br',
        'content-length': file.content.length,
      });
      return void answer.end(file.content);
    }
    const { method, headers } = incoming;
    const passed = request(gatewayUrl + incoming.url!, { method, headers }, (from) => {
      answer.writeHead(from.statusCode!, from.rawHeaders);
      from.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    incoming.pipe(passed);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

/** The page, the script and the style sheet of each client, as a static host would send them. */
async function filesOf(style: string): Promise<Map<string, { type: string; content: Buffer }>> {
  const files = new Map<string, { type: string; content: Buffer }>();
  const add = (path: string, type: string, text: string) =>
    files.set(path, { type: `${type}; charset=utf-8`, content: brotliCompressSync(text) });
  add('/client/shop.css', 'text/css', style);
  const page = readFileSync(join(import.meta.dirname, 'client/page.html'), 'utf8');
  for (const client of CLIENTS) {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, `client/${client}.ts`)],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    add(`/client/${client}.js`, 'text/javascript', outputFiles[0]!.text);
    add(`/client/${client}`, 'text/html', page.replace('client.js', `${client}.js`));
  }
  return files;
}
