import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.ts';

// Loaded with --import into a process that runs tests: writes every exchange of its HTTP/1.1 servers to RECORD_TRAFFIC,
// one JSON object a line.
const file = process.env['RECORD_TRAFFIC'];

/** The most bytes of a body that are kept. */
const MAX_BYTES = 1_048_576;

interface Started {
  request: IncomingMessage;
  response: ServerResponse & { _header: string | null };
}

if (file !== undefined)
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as Started;
    const sent = collected(request, 'push');
    const answers = [collected(response, 'write'), collected(response, 'end')];
    const { method = '', url = '', headers } = request;
    response.once('finish', () => {
      const exchange: Exchange = {
        port: request.socket.localPort ?? 0,
        method,
        url,
        headers,
        body: sent().toString('base64'),
        status: response.statusCode,
        answerHeaders: headersIn(response._header ?? ''),
        answer: Buffer.concat(answers.map((all) => all())).toString('base64'),
      };
      appendFileSync(file, `${JSON.stringify(exchange)}\n`);
    });
  });

/** Collects the chunks that a method of a stream is called with. */
function collected<Name extends string>(of: { [N in Name]: unknown }, name: Name): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  const original = of[name] as (...given: unknown[]) => unknown;
  of[name] = function (this: unknown, ...given: unknown[]) {
    const [chunk, encoding] = given;
    if ((typeof chunk === 'string' || Buffer.isBuffer(chunk)) && size < MAX_BYTES) {
      const bytes =
        typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : Buffer.from(chunk as Buffer);
      chunks.push(bytes);
      size += bytes.length;
    }
    return original.apply(this, given);
  } as never;
  return () => Buffer.concat(chunks);
}

const encodingOf = (given: unknown): BufferEncoding =>
  typeof given === 'string' ? (given as BufferEncoding) : 'utf8';

function headersIn(head: string): Record<string, string> {
  const lines = head.split('\r\n').slice(1).filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
}
