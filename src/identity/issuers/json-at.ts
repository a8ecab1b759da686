import type { Dispatcher } from 'undici';
import { httpClient } from './http-client.ts';
import { inRequestSpan } from './issuer-spans.ts';

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 262_144;

/**
 * Fetches a JSON document, up to a size limit, without following redirects.
 * @param dispatcher connects to the host; by default, the global one
 * @throws {Error} if the response is not such a document
 */
export async function jsonAt(url: string, dispatcher?: Dispatcher): Promise<unknown> {
  const { statusCode, body } = await inRequestSpan('GET', url, async () => {
    const answer = await httpClient().request(url, {
      ...(dispatcher ? { dispatcher } : {}),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { answer, status: answer.statusCode };
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw new Error(`the answer was HTTP ${statusCode}`);
  // Without the byte order mark that some servers write (RFC 8259, section 8.1).
  return JSON.parse(new TextDecoder().decode(Buffer.concat(chunks)));
}
