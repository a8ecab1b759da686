import {
  type BooleanValueNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from 'graphql';
import { NotStatic } from './not-static.ts';

/** The values of the variables used in `@skip` and `@include`, by name. */
export type Decisions = ReadonlyMap<string, boolean>;

/** The most condition variables of an operation: each doubles the number of writers to keep. */
const MAX_CONDITIONS = 5;

/** The variables of `@skip` and `@include`, which decide the shape of a response. */
export class Conditions {
  private constructor(
    private readonly names: readonly string[],
    private readonly defaults: ReadonlyMap<string, boolean | undefined>,
  ) {}

  /** Finds the conditions of an operation. @throws {NotStatic} for more than 5 */
  static of({ definitions }: DocumentNode, operation: OperationDefinitionNode): Conditions {
    const names = new Set<string>();
    for (const definition of definitions)
      if (definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION) addNames(definition, names);
    if (names.size > MAX_CONDITIONS) throw new NotStatic();
    const defaults = (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => {
      return [variable.name.value, (defaultValue as BooleanValueNode | undefined)?.value] as const;
    });
    return new Conditions([...names], new Map(defaults));
  }

  /** The number of possible response shapes. */
  get shapes(): number {
    return 2 ** this.names.length;
  }

  /** Reads the condition variables of a request; undefined if one is not a boolean, which graphql-js refuses. */
  decide(variables: Readonly<Record<string, unknown>>): Decisions | undefined {
    const decisions = new Map<string, boolean>();
    for (const name of this.names) {
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const value = given === undefined ? this.defaults.get(name) : given;
      if (typeof value !== 'boolean') return undefined;
      decisions.set(name, value);
    }
    return decisions;
  }
}

/** Whether `@skip` and `@include` select a selection (GraphQL, 3.13). @throws {NotStatic} for any other directive */
export function isIncluded({ directives = [] }: SelectionNode, decisions: Decisions): boolean {
  for (const { name, arguments: [given] = [] } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') throw new NotStatic();
    const value = given?.value;
    const isMet =
      value?.kind === Kind.VARIABLE ? decisions.get(value.name.value) : (value as BooleanValueNode).value;
    if (isMet === undefined) throw new NotStatic();
    if (isMet !== (name.value === 'include')) return false;
  }
  return true;
}

function addNames(definition: OperationDefinitionNode | FragmentDefinitionNode, names: Set<string>): void {
  visit(definition, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
}
