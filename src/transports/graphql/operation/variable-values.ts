import { Kind, type OperationDefinitionNode, type SelectionNode, valueFromASTUntyped } from 'graphql';

/** Reads a variable: the given value, else the operation's default, else undefined (GraphQL, 6.1.2). */
export type Values = (name: string) => unknown;

/** A reader of the variables of an operation. Types are not checked; that is done when the operation runs. */
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

/** Whether `@skip` or `@include` surely leaves out a selection. */
export function isLeftOut({ directives = [] }: SelectionNode, values: Values): boolean {
  return directives.some(({ name, arguments: given = [] }) => {
    const node = given.find((one) => one.name.value === 'if')?.value;
    const value = node?.kind === Kind.VARIABLE ? values(node.name.value) : node && valueFromASTUntyped(node);
    return (name.value === 'skip' && value === true) || (name.value === 'include' && value === false);
  });
}
