import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { Exchange } from './exchange.ts';

/** How long Prism may take for one exchange, in milliseconds. */
const ANSWERED_MS = 10_000;
const NUMBER = 'x-replayed';
const HOP_BY_HOP =
  /^(connection|host|keep-alive|content-length|transfer-encoding|accept-encoding|expect|upgrade|te)$/;

/** An upstream that answers each replayed request as it was answered when it was recorded. */
export async function recordedUpstream(exchanges: readonly Exchange[]): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    request.resume();
    const exchange = exchanges[Number(request.headers[NUMBER])];
    // The proxy is asked whether it is ready.
    if (!exchange) return void response.writeHead(404).end();
    const { 'content-encoding': coding, ...headers } = exchange.answerHeaders;
    for (const name of Object.keys(headers)) if (HOP_BY_HOP.test(name)) delete headers[name];
    const answer = decoded(Buffer.from(exchange.answer, 'base64'), coding);
    response.writeHead(exchange.status, headers).end(answer);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function decoded(body: Buffer, coding: string | undefined): Buffer {
  if (!body.length) return body;
  if (coding === 'gzip') return gunzipSync(body);
  if (coding === 'br') return brotliDecompressSync(body);
  if (coding === 'zstd') return zstdDecompressSync(body);
  return coding === 'deflate' ? inflateSync(body) : body;
}

/** A deviation from the document that Prism reports. */
export interface Violation {
  location: string[];
  severity: string;
  code?: string | number;
  message: string;
}

/** Sends a recorded request through a proxy. @returns what the proxy reports of the request and of its answer */
export async function replayed(proxy: string, exchange: Exchange, number: number): Promise<Violation[]> {
  const headers = Object.entries(exchange.headers).filter(([name]) => !HOP_BY_HOP.test(name));
  const sent = send(`${proxy}${exchange.url}`, {
    method: exchange.method,
    headers: { ...Object.fromEntries(headers), [NUMBER]: String(number) } as Record<string, string>,
    signal: AbortSignal.timeout(ANSWERED_MS),
  });
  sent.end(Buffer.from(exchange.body, 'base64'));
  let answer: IncomingMessage;
  let body: Buffer;
  try {
    [answer] = (await once(sent, 'response')) as [IncomingMessage];
    body = await buffer(answer);
  } catch (error) {
    return [{ location: ['response'], severity: 'Error', message: `Prism did not answer: ${String(error)}` }];
  }
  const reported = JSON.parse(String(answer.headers['sl-violations'] ?? '[]')) as Violation[];
  if (answer.statusCode === exchange.status) return reported;
  const message = `Prism answered ${answer.statusCode}: ${body.toString().slice(0, 300)}`;
  return [...reported, { location: ['response'], severity: 'Error', message }];
}
