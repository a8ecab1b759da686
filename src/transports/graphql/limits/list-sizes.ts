import { FIRST } from '#gateway/declare/first';
import { LIST_SIZE, type ListSizeOptions } from '#gateway/declare/list-size';
import { type GraphQLField, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

/** The cost weights of fields (`@cost(weight:)`): objects cost, leaf values come with their object. */
export const WEIGHTS = { object: 1, value: 0 };

const BY_FIRST: ListSizeOptions = { slicingArguments: ['first'] };

/** The list size that a field declares by `@ListSize` or `@First`; undefined without one. */
export function listSizeOf({ extensions }: GraphQLField<unknown, unknown>): ListSizeOptions | undefined {
  const declared = extensions[LIST_SIZE] as ListSizeOptions | undefined;
  return declared ?? (extensions[FIRST] ? BY_FIRST : undefined);
}

/** Every declared list size of a schema, by `Type.field`. */
export function listSizesOf(schema: GraphQLSchema): Map<string, ListSizeOptions> {
  const sizes = new Map<string, ListSizeOptions>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const size = listSizeOf(field);
      if (size) sizes.set(`${type.name}.${field.name}`, size);
    }
  }
  return sizes;
}
