import { Kind, type OperationDefinitionNode, type SelectionNode, valueFromASTUntyped } from 'graphql';

/** The value of a variable: what was given, else the default of the operation; undefined for neither (GraphQL, 6.1.2). */
export type Values = (name: string) => unknown;

/** The values that the variables of an operation have. What does not fit its type is refused when the operation runs. */
export function valuesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Values {
  const defaults = new Map<string, unknown>();
  for (const { variable, defaultValue } of variableDefinitions)
    if (defaultValue) defaults.set(variable.name.value, valueFromASTUntyped(defaultValue));
  return (name) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return value === undefined ? defaults.get(name) : value;
  };
}

/** Whether `@skip` or `@include` leaves a selection out for certain. */
export function isLeftOut({ directives = [] }: SelectionNode, values: Values): boolean {
  return directives.some(({ name, arguments: given = [] }) => {
    const node = given.find((one) => one.name.value === 'if')?.value;
    const value = node?.kind === Kind.VARIABLE ? values(node.name.value) : node && valueFromASTUntyped(node);
    return (name.value === 'skip' && value === true) || (name.value === 'include' && value === false);
  });
}
