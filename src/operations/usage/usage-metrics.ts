import type { CollectedMetrics } from '#gateway/operations/registry/collected-metrics';
import type { Usage } from '#gateway/transports/graphql/usage/usage';

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
}
