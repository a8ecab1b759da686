import { Extensions } from '@nestjs/graphql';

/** The estimated length of a list, in the terms of IBM's cost directive `@listSize`. */
export interface ListSizeOptions {
  /** The estimate without a slicing argument. */
  assumedSize?: number;
  /** The arguments that bound its length. */
  slicingArguments?: readonly string[];
  /** The list fields inside the result that this size applies to, if the result is not a list itself. */
  sizedFields?: readonly string[];
}

/** The schema extension with the size of a list field. */
export const LIST_SIZE = 'listSize';

/** Declares the estimated length of a list, on a view field or a root field. `@First` implies its own. */
export const ListSize = (size: ListSizeOptions): PropertyDecorator & MethodDecorator =>
  Extensions({ [LIST_SIZE]: size });
