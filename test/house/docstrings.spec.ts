import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CODE } from '#test/support/sources';
import ts from 'typescript';

/** The function that a doc comment describes: the declaration itself, or the first function within it. */
function describedBy(node: ts.Node): ts.SignatureDeclaration | undefined {
  if (ts.isFunctionLike(node)) return node;
  if (ts.isClassDeclaration(node)) return node.members.find((member) => ts.isConstructorDeclaration(member));
  return ts.forEachChild(node, describedBy);
}

const namesOf = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));

/** Each `@param` that names no parameter of what its comment describes. */
function wrongParameters(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const wrong: string[] = [];
  const visit = (node: ts.Node): void => {
    const tags = ts
      .getJSDocCommentsAndTags(node)
      .flatMap((doc) => (ts.isJSDoc(doc) && doc.parent === node ? (doc.tags ?? []) : []))
      .filter(ts.isJSDocParameterTag);
    const parameters = tags.length > 0 ? (describedBy(node)?.parameters ?? []) : [];
    const names = parameters.flatMap(({ name }) => namesOf(name));
    for (const { name } of tags) {
      if (!names.includes(name.getText(source)))
        wrong.push(`${file} describes ${name.getText(source)}, not one of: ${names.join(', ')}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return wrong;
}

describe('each @param', () => {
  it('names a parameter of the function below it, wherever it is declared', () => {
    const declarations = [
      '¶ function f(selection) {}',
      'class A { ¶ f(selection) {} }',
      'class A { ¶ constructor(private selection) {} }',
      'abstract class A { ¶ abstract f(selection): void; }',
      'interface A { a: number; ¶ f(selection): void; g: (a) => void }',
      '¶ const f = async (selection, other) => 1;',
      '¶ const f = ({ a: [selection] }) => 1;',
      '¶ type F = (selection: string) => void;',
    ];
    const wrongWith = (name: string) =>
      declarations.map(
        (text) => wrongParameters('a.ts', text.replace('¶', `\n/** It. @param ${name} it */\n`)).length,
      );
    expect(wrongWith('selection')).toEqual(declarations.map(() => 0));
    expect(wrongWith('wanted')).toEqual(declarations.map(() => 1));
  });

  it('in the code names one', () => {
    const described = CODE.map((file) => [file, readFileSync(file, 'utf8')] as const).filter(([, text]) =>
      text.includes('@param'),
    );
    expect(described.length).toBeGreaterThan(200);
    expect(described.flatMap(([file, text]) => wrongParameters(file, text))).toEqual([]);
  });
});
