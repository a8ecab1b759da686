import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request of a scripted gateway. */
export type Step = (response: ServerResponse, request: IncomingMessage & { text: string }) => void;

/** A gateway that answers by a script: the n-th request by the n-th step, further ones by the last. */
export async function scriptedGateway(...steps: Step[]) {
  const requests: (IncomingMessage & { text: string })[] = [];
  const server = createServer((request, response) => {
    const received = Object.assign(request, { text: '' });
    request.setEncoding('utf8').on('data', (piece: string) => (received.text += piece));
    request.on('end', () => {
      requests.push(received);
      steps[Math.min(requests.length, steps.length) - 1]!(response, received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with JSON. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

/** Answers with a problem document. */
export const problem = (
  status: number,
  code: string,
  headers: Record<string, string> = {},
  detail?: string,
): Step => json(status, { title: code, status, code, requestId: 'r1', detail }, headers);

/** Answers with the text of an event stream, which then ends. */
export const events =
  (text: string): Step =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(text);
  };

/** Closes the connection without an answer. */
export const hangUp: Step = (response) => response.destroy();
