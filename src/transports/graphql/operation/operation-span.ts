import { noted } from '#gateway/edge/tracing/noted-error';
import type { Context } from '#libs/upstream';
import type { GraphqlOperation } from './graphql-operation.ts';

/**
 * Runs an operation below a span of its own, if its request is recorded. The span is named by the type of the operation
 * alone, since clients choose its name (GraphQL conventions of OpenTelemetry).
 */
export async function recorded<T>(
  { node }: GraphqlOperation,
  context: Context,
  run: () => Promise<T>,
): Promise<T> {
  const parent = context.span;
  if (!parent) return run();
  const attributes = { 'graphql.operation.type': node.operation, 'graphql.operation.name': node.name?.value };
  const span = parent.start(node.operation, 'internal', attributes);
  context.span = span;
  try {
    const answer = await run();
    span.end(noted(context));
    return answer;
  } catch (error) {
    span.end((error as { code?: string }).code ?? 'INTERNAL');
    throw error;
  } finally {
    context.span = parent;
  }
}
