import { z } from 'zod';
import type { Change } from './change.ts';
import type { OpenApi } from './openapi.ts';
import { restPlaces } from './rest-places.ts';

const clients = z.array(z.object({ name: z.string(), version: z.string(), calls: z.number() }));

/** What `GET /admin/usage` answers, as far as it is read here. */
const usageReport = z.object({
  from: z.string(),
  to: z.string(),
  operations: z.array(
    z.object({
      sha256: z.string(),
      name: z.string(),
      coordinates: z.array(z.string()),
      clients,
    }),
  ),
  /** Not counted by older gateways. */
  routes: z.array(z.object({ route: z.string(), fields: z.array(z.string()).optional(), clients })).optional(),
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

/** An operation with what it depends on, as changes name it. */
interface Used {
  name: string;
  places: ReadonlySet<string>;
  clients: Usage['operations'][0]['clients'];
}

/**
 * Which share of the calls the breaking changes break, by change and by version of a client.
 * @param document the OpenAPI document of the release, by which clients call
 */
export function usageLines(changes: readonly Change[], usage: Usage, document: OpenApi): string[] {
  const all = usedIn(usage, document);
  const isCounted = ({ coordinate }: Change) => usage.routes !== undefined || !isOfRest(coordinate);
  const breaking = changes.filter((change) => change.isBreaking && isCounted(change));
  const total = all.flatMap(({ clients: its }) => its).reduce((sum, { calls }) => sum + calls, 0);
  const days = usage.from === usage.to ? `on ${usage.from}` : `from ${usage.from} to ${usage.to}`;
  if (!total) return [`No operation was called ${days}.`];
  const of = (calls: number) => `${number(calls)} of ${number(total)} calls (${share(calls, total)})`;
  const each = breaking.map(({ what, coordinate }) => {
    const { broken } = sumOf(breakage(all, [coordinate]));
    return `USED     ${what} ${of(broken)}.`;
  });
  const byClient = breakage(
    all,
    breaking.map(({ coordinate }) => coordinate),
  );
  const versions = [...byClient].filter(([, { broken }]) => broken).sort((a, b) => b[1].broken - a[1].broken);
  return [
    ...each,
    ...versions.map(([client, { all: whole, broken, operations }]) => {
      const its = `${number(broken)} of its ${number(whole)} calls (${share(broken, whole)})`;
      return `BROKEN   ${client}: ${its}, in ${[...operations].sort().join(', ')}.`;
    }),
    ...(usage.routes ? [] : ['The usage has no calls of REST: its gateway did not count them.']),
    `${versions.length} of ${byClient.size} client versions break ${days}, with ${of(sumOf(byClient).broken)}.`,
  ];
}

const isOfRest = (coordinate: string): boolean => coordinate.includes(' ');

/** A view is a GraphQL operation that may also be called by its path. */
function usedIn({ operations, routes = [] }: Usage, document: OpenApi): Used[] {
  return [
    ...operations.map(({ name, coordinates, clients: its }) => {
      return { name, places: new Set([...coordinates, `GET /v1/views/${name}`]), clients: its };
    }),
    ...routes.map(({ route, fields, clients: its }) => {
      return { name: route, places: restPlaces(document, route, fields), clients: its };
    }),
  ];
}

/** The calls of each version of a client, and how many of them depend on any of the coordinates. */
function breakage(all: readonly Used[], coordinates: readonly string[]): Map<string, Calls> {
  const found = new Map<string, Calls>();
  for (const { name: operation, places, clients: callers } of all) {
    const isBroken = coordinates.some((coordinate) => places.has(coordinate));
    for (const { name, version, calls } of callers) {
      const its = found.get(`${name} ${version}`) ?? { all: 0, broken: 0, operations: new Set() };
      found.set(`${name} ${version}`, its);
      its.all += calls;
      if (!isBroken) continue;
      its.broken += calls;
      its.operations.add(operation);
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
