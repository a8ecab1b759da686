import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response of a real server, and its client, which reads nothing until it is made to. */
export interface OpenResponse {
  response: ServerResponse;
  client: IncomingMessage;
}

/** A server that leaves each response to its spec. */
export async function servedStreams() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    /** Requests something; resolves once the head of the response has come. */
    open: async (): Promise<OpenResponse> => {
      const request = get({ port, host: '127.0.0.1', agent: false });
      const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
      response.writeHead(200).flushHeaders();
      const [client] = (await once(request, 'response')) as [IncomingMessage];
      client.on('error', () => {});
      return { response, client };
    },
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
