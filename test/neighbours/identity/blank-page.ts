import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The libraries that pages load, as npm has them, by where they are on the server. */
const LIBRARIES: Record<string, string> = {
  '/socket.io/': 'node_modules/socket.io-client/dist/',
  '/graphql-ws/': 'node_modules/graphql-ws/dist/',
};
const FILE = /^(\/[a-z.-]+\/)([\w.-]+\.js)$/;

/** The text of a library's file, for pages whose policy loads no scripts but their own. */
export const libraryText = (path: string): Promise<string> => readFile(`node_modules/${path}`, 'utf8');

/** A page of another origin with nothing on it, and the libraries that its scripts may load. */
export async function blankPage() {
  const server = createServer((request, response) => {
    const [, folder = '', name = ''] = FILE.exec(request.url ?? '') ?? [];
    const library = LIBRARIES[folder];
    if (library === undefined)
      return void response.setHeader('content-type', 'text/html').end('<!doctype html><title>Shop</title>');
    response.setHeader('content-type', 'text/javascript');
    readFile(library + name).then(
      (text) => response.end(text),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
