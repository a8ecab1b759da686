import type { FastifyRequest } from 'fastify';

/** Whether a client takes `application/json`, and not `application/graphql-response+json` or anything. */
export function wantsPlainJson({ headers: { accept } }: Pick<FastifyRequest, 'headers'>): boolean {
  return (
    accept !== undefined &&
    /application\/json/i.test(accept) &&
    !/graphql-response|\*\/\*|application\/\*/i.test(accept)
  );
}
