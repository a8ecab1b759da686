import { Extensions } from '@nestjs/graphql';

/** How long a list is estimated to be before it is resolved, in the words of IBM's cost directives (`@listSize`). */
export interface ListSizeOptions {
  /** The estimate where no argument says more. */
  assumedSize?: number;
  /** The arguments that bound its length. */
  slicingArguments?: readonly string[];
  /** The fields of the answer that are so long, where the answer is not the list itself. */
  sizedFields?: readonly string[];
}

/** The extension of a field of the schema that has how long its list is. */
export const LIST_SIZE = 'listSize';

/** Declares how long a list is estimated to be: at a field of a view, or at a root field. `@First` implies its own. */
export const ListSize = (size: ListSizeOptions): PropertyDecorator & MethodDecorator =>
  Extensions({ [LIST_SIZE]: size });
