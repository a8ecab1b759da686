import { SetMetadata } from '@nestjs/common';

/** The metadata and schema extension of fields that slice the parent's list to the argument `first`. */
export const FIRST = 'first';

/** Marks a resolver that only slices the parent's list to `first`, so the executor may skip it. */
export const First = (): MethodDecorator => SetMetadata(FIRST, true);
