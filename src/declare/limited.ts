import { SetMetadata } from '@nestjs/common';

/** The names of all rate limit policies; `edge/limits/policies.ts` has what they are. */
export type PolicyName = 'anonymous' | 'customer' | 'partner' | 'login' | 'search';

/** What asking costs, and by what it is limited besides the limits for everybody. */
export interface Limits {
  /** What it takes from a bucket: about the calls that it leads to. */
  cost?: number;
  by?: readonly PolicyName[];
  /** It is never refused: probes, and what operators ask. */
  isFree?: boolean;
}

/** The metadata of what asking costs: on use cases, and on the doors that lead there. */
export const LIMITS = 'limits';

/** Says what it costs to ask a use case, or a door without one; 1 where nothing is said. */
export const Limited = (limits: Limits): ClassDecorator & MethodDecorator => SetMetadata(LIMITS, limits);
