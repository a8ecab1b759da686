import { SetMetadata } from '@nestjs/common';

/** The names of all rate limit policies, which `edge/limits/policies.ts` defines. */
export type PolicyName = 'anonymous' | 'customer' | 'partner' | 'login' | 'search';

/** The cost of an operation, and the policies that limit it besides the general ones. */
export interface Limits {
  /** The tokens taken from a bucket: about the number of upstream calls. */
  cost?: number;
  by?: readonly PolicyName[];
  /** Never refused: probes and operators' requests. */
  isFree?: boolean;
}

/** The metadata key of costs and limits: on use cases and on handlers. */
export const LIMITS = 'limits';

/** Declares the cost and limits of a use case, or of a handler without one; the default cost is 1. */
export const Limited = (limits: Limits): ClassDecorator & MethodDecorator => SetMetadata(LIMITS, limits);
