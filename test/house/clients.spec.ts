import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Kind, parse } from 'graphql';

const files = globSync('clients/*/*.graphql').sort();
const pascal = (text: string) => text.replace(/(?:^|[/-])(\w)/g, (_, first: string) => first.toUpperCase());

/** The names that an operation file defines: its operation, and its fragments. */
const namesIn = (file: string) =>
  parse(readFileSync(file, 'utf8')).definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION || one.kind === Kind.FRAGMENT_DEFINITION
      ? [{ kind: one.kind, name: one.name?.value }]
      : [],
  );

describe('the operations of clients', () => {
  it.each(files)('%s is named by its client and its file, so that generated code has no name twice', (file) => {
    const id = file.replaceAll('\\', '/').replace(/^clients\/|\.graphql$/g, '');
    const [operation] = namesIn(file).filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    expect(operation!.name).toBe(pascal(id));
  });

  /** relay-compiler, graphql-ruby 1.13 and graphql-core 2 refuse `$first: Int! = 20`: `$first: Int = 20` means the same. */
  it.each(files)('%s has no variable with a default that may not be null, which some readers refuse', (file) => {
    const variables = parse(readFileSync(file, 'utf8')).definitions.flatMap((one) =>
      one.kind === Kind.OPERATION_DEFINITION ? (one.variableDefinitions ?? []) : [],
    );
    const refused = variables.filter(({ type, defaultValue }) => defaultValue && type.kind === Kind.NON_NULL_TYPE);
    expect(refused.map(({ variable }) => variable.name.value)).toEqual([]);
  });

  it('have no name in common, nor have their fragments', () => {
    const names = files.flatMap(namesIn).map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(5);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
