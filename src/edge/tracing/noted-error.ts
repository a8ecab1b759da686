import { failureFields } from '#gateway/edge/errors/failures';
import type { Context } from '#libs/upstream';

/** The code of the error that the response of a request contains or is; undefined for none. */
export function noted({ log }: Pick<Context, 'log'>): string | undefined {
  return (failureFields(log) as { code?: string } | undefined)?.code;
}
