import type { GraphqlContext, RootField } from '#gateway/declare/request-context';
import { keepNothing } from '#libs/cache';
import type { Degraded } from '#libs/upstream';
import { byPlace, responsePaths } from '#libs/view';

/** The published members of a result. */
interface Result {
  data?: unknown;
  errors?: readonly unknown[];
  extensions?: Record<string, unknown>;
}

/** Whether any part of a response is degraded. */
export const lacksAnything = ({ fields }: Pick<GraphqlContext, 'fields'>): boolean =>
  fields?.some(({ context }) => context.degraded.length > 0) ?? false;

/**
 * Adds `extensions.degraded` to a complete result: every degraded part by its response path, in response order. A result with
 * errors is not cached.
 */
export function withDegraded<R extends Result>(result: R, { context, fields }: GraphqlContext): R {
  if (result.errors?.length) keepNothing(context);
  if (!lacksAnything({ fields })) return result;
  const degraded = named(fields!, result.data);
  context.degraded.push(...degraded);
  result.extensions = { ...result.extensions, degraded };
  return result;
}

function named(fields: readonly RootField[], data: unknown): Degraded[] {
  const all = fields.flatMap(({ info, context }) =>
    context.degraded.flatMap((one) => {
      // A missing part is listed at each index where it is null; a stale one once, since its elements do not tell which is.
      const paths = responsePaths(info, one.part, data, one.reason !== 'STALE');
      return paths.map((part) => ({ ...one, part }));
    }),
  );
  const inOrder = byPlace(data);
  return all.sort((one, other) => inOrder(one.part, other.part));
}
