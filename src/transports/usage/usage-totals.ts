import { BoundedSeries, type Series } from './bounded-series.ts';
import { clientOf, OTHER } from './client-name.ts';
import type { Call } from './day-usage.ts';
import { restPartsOf } from './used-operation.ts';

/** How many digits of a hash tell the versions of an operation apart. */
const HASH_DIGITS = 8;
/** All operations that are not trusted, whose names clients choose. */
const AD_HOC = '_AD_HOC';

/** The labels of a client. */
const OTHER_CLIENT = { client: OTHER, client_version: OTHER };

/** The labels of calls of GraphQL operations in metrics. */
export type OperationLabels = Record<'operation' | 'sha256' | 'client' | 'client_version' | 'outcome', string>;
/** The labels of calls of REST operations in metrics. */
export type RouteLabels = Record<'route' | 'client' | 'client_version', string>;
/** The labels of what `?fields=` selected. */
export type SelectedLabels = Record<'route' | 'field', string>;

/** The calls since the start of the process, by the labels of metrics. */
export class UsageTotals {
  private readonly byOperation = new BoundedSeries<OperationLabels>((labels) => ({ ...labels, ...OTHER_CLIENT }));
  private readonly byRoute = new BoundedSeries<RouteLabels>((labels) => ({ ...labels, ...OTHER_CLIENT }));
  private readonly bySelected = new BoundedSeries<SelectedLabels>(({ route }) => ({ route, field: OTHER }));
  private readonly byField = new Map<string, number>();

  add(calls: readonly Call[]): void {
    for (const call of calls)
      if (call.operation.sha256) this.addOperation(call);
      else this.addRoute(call);
  }

  get operations(): Iterable<Series<OperationLabels>> {
    return this.byOperation.all;
  }

  get fields(): Iterable<Series<{ field: string }>> {
    return [...this.byField].map(([field, value]) => ({ labels: { field }, value }));
  }

  get routes(): Iterable<Series<RouteLabels>> {
    return this.byRoute.all;
  }

  get selected(): Iterable<Series<SelectedLabels>> {
    return this.bySelected.all;
  }

  private addOperation({ operation, client: key, isGone, calls }: Call): void {
    const { isPersisted, name, sha256, coordinates } = operation;
    const { name: client, version } = clientOf(key);
    const labels: OperationLabels = {
      operation: isPersisted ? name : AD_HOC,
      sha256: isPersisted ? sha256.slice(0, HASH_DIGITS) : '',
      client,
      client_version: version,
      outcome: isGone ? 'gone' : 'served',
    };
    this.byOperation.add(labels, calls);
    if (isGone) return;
    for (const coordinate of coordinates) {
      // Types and arguments have no series of their own.
      if (/^\w+\.\w+$/.test(coordinate)) this.byField.set(coordinate, (this.byField.get(coordinate) ?? 0) + calls);
    }
  }

  private addRoute({ operation, client: key, calls }: Call): void {
    const { name: client, version } = clientOf(key);
    const { route, fields = [] } = restPartsOf(operation.name);
    this.byRoute.add({ route, client, client_version: version }, calls);
    for (const field of fields) this.bySelected.add({ route, field }, calls);
  }
}
