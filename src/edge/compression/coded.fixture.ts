import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** A response as received. */
export interface CodedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The body as received. */
  bytes: Buffer;
  /** The decoded body. */
  text: string;
}

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  zstd: zstdDecompressSync,
  br: brotliDecompressSync,
  gzip: gunzipSync,
};

/** Sends a request with only the given headers, and leaves the body encoded. */
export async function fetchCoded(
  url: string,
  headers: Record<string, string> = {},
  { method = 'GET', body }: { method?: string; body?: object } = {},
): Promise<CodedAnswer> {
  const pending = request(url, {
    method,
    agent: false,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
  });
  pending.end(body && JSON.stringify(body));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    pending.once('response', resolve).once('error', reject);
  });
  const bytes = await buffer(answer);
  const decode = decoders[answer.headers['content-encoding'] ?? ''];
  const text = String(decode && bytes.length ? decode(bytes) : bytes);
  return { status: answer.statusCode!, headers: answer.headers, bytes, text };
}
