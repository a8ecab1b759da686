const [DATA, HEADERS] = [0, 1];
const [END_STREAM, END_HEADERS] = [1, 4];

/** A frame of HTTP/2 (RFC 9113, 4.1). */
function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.set([type, flags], 3);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

const sized = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

/** HPACK fields that are added to no table (RFC 7541, 6.2.2), so the state of both sides stays the same. */
const fields = (headers: Record<string, string>): Buffer =>
  Buffer.concat(Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), sized(name), sized(value)]));

/** Bytes of a server that violate HTTP/2, by what is wrong, for a stream without a response. */
export const invalidFrames = {
  /** An error of the connection (RFC 9113, 6.1). */
  dataOnStreamZero: () => frame(DATA, 0, 0, Buffer.from('x')),
  /** An error of the connection: an index that no table has (RFC 7541, 2.3.3). */
  invalidHpack: (streamId: number) => frame(HEADERS, END_HEADERS, streamId, Buffer.from([0xff, 0xff, 0xff, 0x7f])),
  /** An error of the stream (RFC 9113, 8.1): the first trailers do not end it. */
  trailersTwice: (streamId: number) =>
    Buffer.concat([
      frame(HEADERS, END_HEADERS, streamId, fields({ ':status': '200', 'content-type': 'application/grpc' })),
      frame(DATA, 0, streamId, Buffer.from([0, 0, 0, 0, 0])),
      frame(HEADERS, END_HEADERS, streamId, fields({ 'grpc-status': '0' })),
      frame(HEADERS, END_HEADERS | END_STREAM, streamId, fields({ 'grpc-status': '13' })),
    ]),
};
