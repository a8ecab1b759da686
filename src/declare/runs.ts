import { ACCESS, type Access, declareAccess } from './access.ts';
import { type Limits, LIMITS } from './limited.ts';
import { recordRuns } from './record-runs.ts';
import { REFUSALS, refusalsOf } from './refusals.ts';
import { applyDecorators, SetMetadata, type Type } from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';

const USE_CASE = 'atrium/use-case';

/** The use case of a handler; undefined without `@Runs`. */
export const useCaseOf = (handler: object): Type<unknown> | undefined =>
  Reflect.getMetadata(USE_CASE, handler) as Type<unknown> | undefined;

/**
 * Links a handler to its use case: it has the access rules and limits of the use case, over any transport, and its runs
 * are recorded.
 * @throws {Error} at startup, if the use case declares no access rule
 */
export function Runs(useCase: Type<unknown>): MethodDecorator {
  const access = Reflect.getMetadata(ACCESS, useCase) as Access | undefined;
  if (!access) throw new Error(`${useCase.name} declares no access: add @Public() or @Scopes()`);
  recordRuns(useCase);
  const limits = (Reflect.getMetadata(LIMITS, useCase) as Limits | undefined) ?? {};
  return applyDecorators(
    declareAccess(access),
    SetMetadata(USE_CASE, useCase),
    SetMetadata(LIMITS, limits),
    Extensions({ [LIMITS]: limits, [REFUSALS]: refusalsOf(useCase) }),
  );
}
