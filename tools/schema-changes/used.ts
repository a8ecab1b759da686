import { z } from 'zod';
import type { Change } from './change.ts';

/** What `GET /admin/usage` answers, as far as it is read here. */
const usageReport = z.object({
  from: z.string(),
  to: z.string(),
  operations: z.array(
    z.object({
      sha256: z.string(),
      name: z.string(),
      coordinates: z.array(z.string()),
      clients: z.array(z.object({ name: z.string(), version: z.string(), calls: z.number() })),
    }),
  ),
});

/** How often each version of each client called which operations. */
export type Usage = z.infer<typeof usageReport>;

/** Reads a report of `GET /admin/usage`. @throws {Error} naming what is wrong with it */
export function readUsage(text: string): Usage {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error('The usage is not JSON: save the answer of GET /admin/usage.');
  }
  const { success, data, error } = usageReport.safeParse(content);
  if (success) return data;
  const [{ path, message }] = error.issues as [z.core.$ZodIssue];
  throw new Error(`The usage is not an answer of GET /admin/usage: ${path.join('.') || 'the file'}: ${message}.`);
}

/** Calls of one version of a client. */
interface Calls {
  all: number;
  broken: number;
  /** The names of the operations that break. */
  operations: Set<string>;
}

/** Which share of the calls the breaking changes break, by change and by version of a client. */
export function usageLines(changes: readonly Change[], usage: Usage): string[] {
  const breaking = changes.filter(({ isBreaking, coordinate }) => isBreaking && coordinate);
  const total = usage.operations.flatMap(({ clients }) => clients).reduce((sum, { calls }) => sum + calls, 0);
  const days = usage.from === usage.to ? `on ${usage.from}` : `from ${usage.from} to ${usage.to}`;
  if (!total) return [`No operation was called ${days}.`];
  const of = (calls: number) => `${number(calls)} of ${number(total)} calls (${share(calls, total)})`;
  const each = breaking.map(({ what, coordinate }) => {
    const { broken } = sumOf(breakage(usage, [coordinate!]));
    return `USED     ${what} ${of(broken)}.`;
  });
  const clients = breakage(
    usage,
    breaking.map(({ coordinate }) => coordinate!),
  );
  const versions = [...clients].filter(([, { broken }]) => broken).sort((a, b) => b[1].broken - a[1].broken);
  return [
    ...each,
    ...versions.map(([client, { all, broken, operations }]) => {
      const its = `${number(broken)} of its ${number(all)} calls (${share(broken, all)})`;
      return `BROKEN   ${client}: ${its}, in ${[...operations].sort().join(', ')}.`;
    }),
    `${versions.length} of ${clients.size} client versions break ${days}, with ${of(sumOf(clients).broken)}.`,
  ];
}

/** The calls of each version of a client, and how many of them depend on any of the coordinates. */
function breakage({ operations }: Usage, coordinates: readonly string[]): Map<string, Calls> {
  const found = new Map<string, Calls>();
  for (const operation of operations) {
    const isBroken = coordinates.some((coordinate) => operation.coordinates.includes(coordinate));
    for (const { name, version, calls } of operation.clients) {
      const its = found.get(`${name} ${version}`) ?? { all: 0, broken: 0, operations: new Set() };
      found.set(`${name} ${version}`, its);
      its.all += calls;
      if (!isBroken) continue;
      its.broken += calls;
      its.operations.add(operation.name);
    }
  }
  return found;
}

function sumOf(clients: Map<string, Calls>): { broken: number } {
  return { broken: [...clients.values()].reduce((sum, { broken }) => sum + broken, 0) };
}

const number = (value: number): string => value.toLocaleString('en');

/** At least 0.1 % for what is not nothing. */
function share(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return percent && percent < 0.1 ? 'less than 0.1 %' : `${percent.toFixed(1)} %`;
}
