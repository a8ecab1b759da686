import type { ErrorCode } from '#libs/errors';

/** The metadata key of refusals: on use cases and handlers, and in the `extensions` of GraphQL fields. */
export const REFUSALS = 'refusals';

/**
 * Declares error codes that a use case, or a handler without one, can answer with, for the documents of the API.
 * Declarations add up. Access rules, limits, inputs, preconditions, idempotency keys and upstreams declare theirs by
 * themselves.
 */
export const Refuses =
  (...codes: ErrorCode[]): ClassDecorator & MethodDecorator =>
  (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const declared = (descriptor?.value as object | undefined) ?? target;
    Reflect.defineMetadata(REFUSALS, [...new Set([...refusalsOf(declared), ...codes])], declared);
  };

/** The codes that a use case or a handler declares; none without `@Refuses`. */
export const refusalsOf = (target: object): readonly ErrorCode[] =>
  (Reflect.getOwnMetadata(REFUSALS, target) as ErrorCode[] | undefined) ?? [];
