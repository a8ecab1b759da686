import { Writable } from 'node:stream';
import { ShippingCounters } from './counters.ts';
import type { LogDestination, LogProtocol } from './destination.ts';
import { LogSender } from './log-sender.ts';

/** What the process gives to the worker thread. */
export interface TransportOptions {
  destinations: readonly LogDestination[];
  counters: SharedArrayBuffer;
  /** How long the last lines may take when the process ends, in milliseconds. */
  closeMs: number;
}

/**
 * The pino transport, in a worker thread: takes every line at once, so that the process never waits for a receiver, and
 * sends it to all destinations.
 */
// oxlint-disable-next-line import/no-default-export -- pino calls it
export default async function transport({
  destinations,
  counters: memory,
  closeMs,
}: TransportOptions): Promise<Writable> {
  const counters = new ShippingCounters(memory);
  const senders = await Promise.all(
    destinations.map(async (one, place) => new LogSender(one, await protocolOf(one), counters, place)),
  );
  let rest = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line) for (const sender of senders) sender.push(line);
      counters.receive(Buffer.byteLength(chunk));
      done();
    },
  });
  // Called before `end`, which would block the process until the last line is sent.
  return Object.assign(stream, {
    flush: (done: (error?: Error) => void) => {
      Promise.all(senders.map((sender) => sender.close(closeMs))).then(() => done(), done);
    },
  });
}

async function protocolOf(destination: LogDestination): Promise<LogProtocol> {
  switch (destination.kind) {
    case 'loki':
      return (await import('./loki.ts')).lokiProtocol(destination);
    case 'elasticsearch':
      return (await import('./elasticsearch.ts')).elasticsearchProtocol(destination);
    case 'otlp':
      return (await import('./otlp-logs.ts')).otlpLogsProtocol(destination);
  }
}
