import { connect, type IncomingHttpHeaders } from 'node:http2';
import type { MethodDefinition } from '@grpc/grpc-js';

/**
 * One call over bare HTTP/2, past every gRPC client: what the neighbour really sends.
 * @returns the trailers, or the headers where there are none, and the error code the stream was closed with
 */
export async function rawCall<Question>(
  address: string,
  { path, requestSerialize }: Pick<MethodDefinition<Question, unknown>, 'path' | 'requestSerialize'>,
  question: Question,
): Promise<{ last: IncomingHttpHeaders; rstCode: number }> {
  const session = connect(`http://${address}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const message = requestSerialize(question);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    let last: IncomingHttpHeaders = {};
    stream.on('response', (headers) => (last = headers)).on('trailers', (trailers) => (last = trailers));
    stream
      .on('error', () => {})
      .resume()
      .end(Buffer.concat([prefix, message]));
    await new Promise((resolve) => stream.once('close', resolve));
    return { last, rstCode: stream.rstCode };
  } finally {
    session.destroy();
  }
}
