import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as passed } from 'node:timers/promises';
import { residentMegabytes } from './proc.ts';

const NEWLINE = 10;
const SAMPLE_MS = 50;

/** The memory of a process over a time. */
export interface Memory {
  /** Seconds since the first sample, and MB. */
  samples: [seconds: number, megabytes: number][];
  /** How much it grew at most beyond the first sample, in MB. */
  grownMb: number;
}

/** What came of an export. */
export interface Export {
  rows: number;
  bytes: number;
  seconds: number;
  memory: Memory;
}

/** How a client reads: as fast as it can, so many bytes a second, or with one pause. */
export interface Pace {
  bytesPerSecond?: number;
  /** Stops reading after a tenth of a second, for so many milliseconds. */
  pauseMs?: number;
  /** Leaves after so many seconds. */
  leaveAfterSeconds?: number;
}

/** Reads an export as NDJSON. @throws if it does not end with all its rows, unless the client leaves before */
export async function readExport(
  { url, pid }: { url: string; pid: number },
  headers: Record<string, string>,
  { bytesPerSecond, pauseMs, leaveAfterSeconds = Infinity }: Pace = {},
): Promise<Export> {
  const memory = watchMemory(pid);
  const startedAt = performance.now();
  const response = await get(url, { accept: 'application/x-ndjson', ...headers });
  let [rows, bytes] = [0, 0];
  let last: Buffer = Buffer.alloc(0);
  let hasPaused = pauseMs === undefined;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1;
    bytes += chunk.length;
    last = chunk.length >= 200 ? chunk : Buffer.concat([last, chunk]);
    const seconds = (performance.now() - startedAt) / 1_000;
    if (seconds >= leaveAfterSeconds) break;
    if (bytesPerSecond) await passed(Math.max(0, (bytes / bytesPerSecond - seconds) * 1_000));
    if (!hasPaused && seconds > 0.1) {
      hasPaused = true;
      await passed(pauseMs);
    }
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  if (leaveAfterSeconds === Infinity && !String(last).trimEnd().split('\n').at(-1)!.startsWith('{"end":true'))
    throw new Error(`the export ended with ${String(last.subarray(-200))}`);
  // The last record is no row.
  return { rows: Math.max(0, rows - 1), bytes, seconds, memory: memory.stop() };
}

/** Reads pages one after the other for `durationMs`. @returns rows a second */
export async function readPages(
  url: string,
  headers: Record<string, string>,
  first: number,
  durationMs: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let [rows, after] = [0, ''];
  const startedAt = performance.now();
  while (performance.now() - startedAt < durationMs) {
    const response = await get(`${url}/v1/orders?first=${first}${after && `&after=${after}`}`, headers, agent);
    const { items, nextCursor } = JSON.parse(await textOf(response)) as { items: unknown[]; nextCursor: string };
    rows += items.length;
    after = nextCursor;
    if (!after) break;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  return rows / seconds;
}

/** The time of a page of 20 orders on a new connection, in milliseconds, and the cursor after it. */
export async function timeOfPage(
  url: string,
  headers: Record<string, string>,
  after: string,
): Promise<{ ms: number; next: string }> {
  const startedAt = performance.now();
  const response = await get(`${url}/v1/orders?first=20${after && `&after=${after}`}`, headers);
  const text = await textOf(response);
  const ms = performance.now() - startedAt;
  return { ms, next: (JSON.parse(text) as { nextCursor: string }).nextCursor };
}

/** The time to the first rows of an export on a new connection, in milliseconds; then the client leaves. */
export async function timeToRow(url: string, headers: Record<string, string>): Promise<number> {
  const startedAt = performance.now();
  const response = await get(url, { accept: 'application/x-ndjson', ...headers });
  await new Promise((resolve) => response.once('data', resolve));
  const ms = performance.now() - startedAt;
  response.destroy();
  return ms;
}

/** Samples the memory of a process until `stop`. */
export function watchMemory(pid: number): { stop(): Memory } {
  const startedAt = performance.now();
  const samples: Memory['samples'] = [];
  const sample = () => samples.push([(performance.now() - startedAt) / 1_000, residentMegabytes(pid)]);
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      const [[, before]] = samples as [[number, number]];
      return { samples, grownMb: Math.max(...samples.map(([, megabytes]) => megabytes)) - before };
    },
  };
}

function get(url: string, headers: Record<string, string>, agent?: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const pending = request(url, { headers, agent: agent ?? false }, (response) => {
      if (response.statusCode === 200) return resolve(response);
      void textOf(response).then((text) => reject(new Error(`${url}: ${response.statusCode} ${text}`)));
    });
    pending.on('error', reject).end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return text;
}
