import type { ReleasedOperation } from '#gateway/transports/graphql/documents/released-operations';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';
import type { Retirement } from '#gateway/transports/graphql/operation/retirement';
import { type ClientName, clientOf } from '#gateway/transports/usage/client-name';
import { DayUsage, isRest, partsOf } from '#gateway/transports/usage/day-usage';
import { restPartsOf } from '#gateway/transports/usage/used-operation';

/** The calls of one version of a client. */
export interface ClientCalls extends ClientName {
  calls: number;
  /** Calls that were refused, since the operation has ended. */
  gone: number;
}

/** The calls of one operation of GraphQL. */
export interface OperationUsage {
  sha256: string;
  name: string;
  isPersisted: boolean;
  /** The releases that had it; none for one that was not released. */
  releases: readonly string[];
  retired?: Retirement;
  calls: number;
  gone: number;
  clients: ClientCalls[];
  coordinates: readonly string[];
}

/** The calls of one operation of REST that selected the same fields. */
export interface RouteUsage {
  /** The method and the path, as the OpenAPI document has them. */
  route: string;
  /** The paths that `?fields=` selected; absent of calls for the whole answer. */
  fields?: string[];
  calls: number;
  clients: ClientCalls[];
}

/** The use of all operations on some days. */
export interface UsageReport {
  /** The first and the last day, in UTC. */
  from: string;
  to: string;
  /** Of GraphQL and REST. */
  calls: number;
  /** Those of GraphQL, the most called first. */
  operations: OperationUsage[];
  /** Those of REST, the most called first. */
  routes: RouteUsage[];
  clients: ClientCalls[];
  /** Calls of operations that select a field, give an argument or may give a field of an input. */
  fields: { coordinate: string; calls: number }[];
}

type Known = PersistedOperation & Partial<ReleasedOperation>;

/** Reports the use on days. @param known the trusted operations of now */
export function usageReport(
  days: readonly string[],
  usages: readonly DayUsage[],
  known: Iterable<Known>,
): UsageReport {
  const all = new DayUsage();
  for (const usage of usages) all.merge(usage);
  const byOperation = new Map<string, Map<string, ClientCalls>>();
  const clients = new Map<string, ClientCalls>();
  for (const [key, count] of all.calls) {
    const { operation, client, isGone } = partsOf(key);
    const its = byOperation.get(operation) ?? new Map<string, ClientCalls>();
    byOperation.set(operation, its);
    for (const list of [clients, its]) {
      const calls = list.get(client) ?? { ...clientOf(client), calls: 0, gone: 0 };
      list.set(client, calls);
      calls[isGone ? 'gone' : 'calls'] += count;
    }
  }
  const bySha256 = new Map([...known].map((operation) => [operation.sha256, operation]));
  const each = [...byOperation].map(([key, its]) => [key, byCalls([...its.values()])] as const);
  const operations = each
    .filter(([key]) => !isRest(key))
    .map(([key, its]) => operationUsage(key, its, all, bySha256));
  const routes = each.filter(([key]) => isRest(key)).map(([key, its]) => routeUsage(key, its));
  const fields = [...all.fields].map(([coordinate, calls]) => ({ coordinate, calls }));
  return {
    from: days[0]!,
    to: days.at(-1)!,
    calls: sum(operations, 'calls') + sum(routes, 'calls'),
    operations: byCalls(operations),
    routes: byCalls(routes),
    clients: byCalls([...clients.values()]),
    fields: byCalls(fields),
  };
}

function operationUsage(
  key: string,
  clients: ClientCalls[],
  { operations }: DayUsage,
  known: ReadonlyMap<string, Known>,
): OperationUsage {
  const [sha256, name] = key.split('|') as [string, string];
  const { isPersisted = false, coordinates = [] } = operations.get(key) ?? {};
  const { releases = [], retirement } = known.get(sha256) ?? {};
  return {
    sha256,
    name,
    isPersisted,
    releases,
    ...(retirement ? { retired: retirement } : {}),
    calls: sum(clients, 'calls'),
    gone: sum(clients, 'gone'),
    clients,
    coordinates,
  };
}

const routeUsage = (key: string, clients: ClientCalls[]): RouteUsage => ({
  ...restPartsOf(key.slice(1)),
  calls: sum(clients, 'calls'),
  clients,
});

const sum = <Key extends string>(all: readonly Record<Key, number>[], key: Key): number =>
  all.reduce((total, one) => total + one[key], 0);

const byCalls = <T extends { calls: number }>(all: T[]): T[] => all.sort((one, other) => other.calls - one.calls);
