import type { GraphqlContext, RootField } from '#gateway/declare/request-context';
import { keepNothing } from '#libs/cache';
import type { Degraded } from '#libs/upstream';
import { byPlace, responsePaths } from '#libs/view';

/** What of a result is published besides its data. */
interface Result {
  data?: unknown;
  errors?: readonly unknown[];
  extensions?: Record<string, unknown>;
}

/** Whether anything of an answer could not be had. */
export const lacksAnything = ({ fields }: Pick<GraphqlContext, 'fields'>): boolean =>
  fields?.some(({ context }) => context.degraded.length > 0) ?? false;

/**
 * Says in `extensions.degraded` all that could not be had, wherever in the document, by its path in the response and in the
 * order of that. Called once the whole answer is there: only then is it complete.
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
      // What is missing is null wherever it is named; what is stale may be any of many.
      const paths = responsePaths(info, one.part, data, one.reason !== 'STALE');
      return paths.map((part) => ({ ...one, part }));
    }),
  );
  const inOrder = byPlace(data);
  return all.sort((one, other) => inOrder(one.part, other.part));
}
