import type { CollectedMetrics } from '#libs/metrics';
import type { Usage } from '#gateway/transports/usage/usage';

/** Registers the use of operations. Calls are collected every ten seconds, and before each answer of the report. */
export function exposeUsage({ totals }: Usage, metrics: CollectedMetrics): void {
  metrics.counter(
    {
      name: 'graphql_operation_calls_total',
      help: 'Calls of GraphQL operations by version of the operation (hash) and of the client that named itself; gone: retired.',
      labelNames: ['operation', 'sha256', 'client', 'client_version', 'outcome'],
    },
    () => totals.operations,
  );
  metrics.counter(
    {
      name: 'graphql_field_calls_total',
      help: 'Calls of GraphQL operations that depend on a field, by its schema coordinate.',
      labelNames: ['field'],
    },
    () => totals.fields,
  );
  metrics.counter(
    {
      name: 'rest_operation_calls_total',
      help: 'Authorized calls of REST operations by method and path, and by the client that named itself.',
      labelNames: ['route', 'client', 'client_version'],
    },
    () => totals.routes,
  );
  metrics.counter(
    {
      name: 'rest_selected_field_calls_total',
      help: 'Calls of REST operations that selected a field by ?fields=, by method and path, and the path of the field.',
      labelNames: ['route', 'field'],
    },
    () => totals.selected,
  );
}
