import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** An answer as it came over the wire. */
export interface CodedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As it came. */
  bytes: Buffer;
  /** What it is when its coding is undone. */
  text: string;
}

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  zstd: zstdDecompressSync,
  br: brotliDecompressSync,
  gzip: gunzipSync,
};

/** Asks without any header of its own, and decodes nothing on the way. */
export async function askCoded(
  url: string,
  headers: Record<string, string> = {},
  { method = 'GET', body }: { method?: string; body?: object } = {},
): Promise<CodedAnswer> {
  const asked = request(url, {
    method,
    agent: false,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
  });
  asked.end(body && JSON.stringify(body));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject);
  });
  const bytes = await buffer(answer);
  const decode = decoders[answer.headers['content-encoding'] ?? ''];
  const text = String(decode && bytes.length ? decode(bytes) : bytes);
  return { status: answer.statusCode!, headers: answer.headers, bytes, text };
}
