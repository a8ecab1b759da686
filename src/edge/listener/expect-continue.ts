import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/**
 * Answers `Expect: 100-continue` (RFC 9110, section 10.1.1) with 100 when the body is first read, not before: a body that is
 * refused by its headers is never sent. Node then closes an HTTP/1.1 connection after the answer.
 */
export function continueWhenRead(server: Server, handler: RequestListener): Server {
  return server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const read = request._read.bind(request);
    request._read = (size: number) => {
      request._read = read;
      if (!response.headersSent && !response.destroyed) response.writeContinue();
      read(size);
    };
    handler(request, response as Parameters<RequestListener>[1]);
  });
}
