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

/** The values of the variables that `@skip` and `@include` name, by the names of the variables. */
export type Decisions = ReadonlyMap<string, boolean>;

/** An operation with more conditions than these has too many shapes to keep a writer for each. */
const MAX_CONDITIONS = 5;

/** What decides the shape of an operation's answer: the variables of its `@skip` and `@include`. */
export class Conditions {
  private constructor(
    private readonly names: readonly string[],
    private readonly defaults: ReadonlyMap<string, boolean | undefined>,
  ) {}

  /** @throws {NotStatic} for an operation with too many of them */
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

  /** How many shapes the answer may have. */
  get shapes(): number {
    return 2 ** this.names.length;
  }

  /** What a request's variables decide; undefined where one of them is no boolean, which is for an executor to refuse. */
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

/** Whether a selection is part of the answer (GraphQL, 3.13). @throws {NotStatic} where another directive has a say */
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
