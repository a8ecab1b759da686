import {
  type DocumentNode,
  getNamedType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The schema coordinates that an operation depends on: types, `Type.field`, `Type.field(argument:)` and `Input.field`;
 * all fields of an input object in a variable.
 */
export function usedCoordinates(schema: GraphQLSchema, document: DocumentNode): Set<string> {
  const used = new Set<string>();
  const types = new TypeInfo(schema);
  const addInput = (given: GraphQLInputType): void => {
    const type = getNamedType(given);
    if (used.has(type.name)) return;
    used.add(type.name);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      used.add(`${type.name}.${field.name}`);
      addInput(field.type);
    }
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: ({ type: node }) => {
        const type = typeFromAST(schema, node as never);
        if (isInputType(type)) addInput(type);
      },
      FragmentDefinition: ({ typeCondition }) => void used.add(typeCondition.name.value),
      InlineFragment: ({ typeCondition }) => void (typeCondition && used.add(typeCondition.name.value)),
      Field: () => {
        const field = types.getFieldDef();
        if (!field) return;
        used.add(`${types.getParentType()!.name}.${field.name}`);
        used.add(getNamedType(field.type).name);
      },
      Argument: ({ name }) => {
        used.add(`${types.getParentType()!.name}.${types.getFieldDef()?.name}(${name.value}:)`);
        const type = getNamedType(types.getInputType());
        if (type) used.add(type.name);
      },
      ObjectField: ({ name }) => {
        const parent = getNamedType(types.getParentInputType());
        if (parent) used.add(`${parent.name}.${name.value}`);
        const type = getNamedType(types.getInputType());
        if (type) used.add(type.name);
      },
    }),
  );
  return used;
}
