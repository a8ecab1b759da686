import { SetMetadata } from '@nestjs/common';

/** The metadata, and in a schema the extension, of fields that are a list of the view, cut to the argument `first`. */
export const FIRST = 'first';

/** Says that a resolver of a field answers the first so many of the list of its name: who knows that need not ask it. */
export const First = (): MethodDecorator => SetMetadata(FIRST, true);
