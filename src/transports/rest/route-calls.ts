import { CallCounts, PendingCalls } from '#gateway/transports/usage/call-counts';
import { restOperation } from '#gateway/transports/usage/used-operation';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Nest's metadata of `@ApiExcludeController` and `@ApiExcludeEndpoint`. */
const EXCLUDED = ['swagger/apiExcludeController', 'swagger/apiExcludeEndpoint'];
/** The longest `?fields=` that is counted by itself, in characters; calls with a longer one count as for the whole answer. */
const MAX_LENGTH = 300;
/** The most selections of an operation whose counts are found again. */
const MAX_SELECTIONS = 100;

/** The calls of an operation: for the whole answer, and by the text of `?fields=`. */
interface RouteCounts {
  name: string;
  whole: PendingCalls;
  selections: Map<string, PendingCalls>;
}

/** Counts calls of the REST operations that the OpenAPI document has: two look-ups a call. */
@Injectable()
export class RouteCalls {
  /** By the configuration of the route; undefined for what the document does not have. */
  private readonly known = new WeakMap<object, RouteCounts | undefined>();

  constructor(private readonly counts: CallCounts) {}

  /** Counts an authorized call, whose `?fields=` is valid. */
  count(execution: ExecutionContext, request: FastifyRequest): void {
    if (!this.counts.isOn) return;
    const { config } = request.routeOptions;
    if (!this.known.has(config)) this.known.set(config, routeOf(execution, request));
    const route = this.known.get(config);
    if (!route) return;
    const { fields } = request.query as { fields?: string };
    this.counts.count(fields === undefined ? route.whole : this.selected(route, fields), request.context);
  }

  private selected({ name, whole, selections }: RouteCounts, text: string): PendingCalls {
    const known = selections.get(text);
    if (known) return known;
    if (text.length > MAX_LENGTH || !this.counts.takePlace()) return whole;
    if (selections.size >= MAX_SELECTIONS) selections.clear();
    const fields = new Set(text.split(',').map((path) => path.trim()));
    const calls = new PendingCalls(restOperation(name, [...fields].sort()));
    selections.set(text, calls);
    return calls;
  }
}

/** An operation as the document names it: `GET /v1/orders/{id}`. */
function routeOf(execution: ExecutionContext, { method, routeOptions }: FastifyRequest): RouteCounts | undefined {
  const isExcluded = [execution.getClass(), execution.getHandler()].some((one) =>
    EXCLUDED.some((key) => Reflect.hasMetadata(key, one)),
  );
  if (isExcluded) return undefined;
  const name = `${method} ${routeOptions.url!.replace(/:(\w+)/g, '{$1}')}`;
  return { name, whole: new PendingCalls(restOperation(name)), selections: new Map() };
}
