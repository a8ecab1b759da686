import { ACCESS, type Access, declareAccess } from './access.ts';
import { type Limits, LIMITS } from './limited.ts';
import { applyDecorators, SetMetadata, type Type } from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';

/**
 * The door of a use case: it lets in who that lets in, and costs what that costs, whichever door it is.
 * @throws at start, where the use case does not say who may ask
 */
export function Runs(useCase: Type<unknown>): MethodDecorator {
  const access = Reflect.getMetadata(ACCESS, useCase) as Access | undefined;
  if (!access) throw new Error(`${useCase.name} does not say who may ask: @Public() or @Scopes()`);
  const limits = (Reflect.getMetadata(LIMITS, useCase) as Limits | undefined) ?? {};
  return applyDecorators(declareAccess(access), SetMetadata(LIMITS, limits), Extensions({ [LIMITS]: limits }));
}
