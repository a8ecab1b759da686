import { type AnyNode, type CallExpression, parse } from 'acorn';
import { ancestor } from 'acorn-walk';

/** How esbuild calls what gives a function its name: `__name(function, 'name')`. */
const NAME = '__name';
/** Where a function expression needs no parentheses, unless it is called there. */
const SAFE = new Set([
  'VariableDeclarator',
  'AssignmentExpression',
  'AssignmentPattern',
  'Property',
  'PropertyDefinition',
  'ReturnStatement',
  'ArrayExpression',
  'CallExpression',
  'NewExpression',
]);

/**
 * Removes the calls with which esbuild keeps the names of functions, but those that change a name, as where two modules of a
 * bundle have a function of one name. A call of each closure that a request creates took a seventh of a request, and gave each
 * one a property of its own. What is removed becomes spaces, so that source maps stay right;
 * parentheses stay, since a statement cannot begin with a function expression, nor `return` end its line.
 * @param code a module that esbuild has written
 * @throws if it is no JavaScript
 */
export function withoutNeedlessNames(code: string): string {
  if (!code.includes(`${NAME}(`)) return code;
  const removed: [start: number, end: number][] = [];
  ancestor(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    CallExpression(call, _, path) {
      if (isNeedless(call, path.at(-2) as AnyNode))
        removed.push(...aroundFunction(code, call, path.at(-2) as AnyNode));
    },
  });
  removed.sort(([one], [other]) => one - other);
  let [text, at] = ['', 0];
  for (const [start, end] of removed) {
    text += code.slice(at, start) + code.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  return text + code.slice(at);
}

/** Whether the language gives the function this name without the call. */
function isNeedless({ callee, arguments: [named, name] }: CallExpression, parent: AnyNode): boolean {
  if (callee.type !== 'Identifier' || callee.name !== NAME || name?.type !== 'Literal') return false;
  // `function f() {}` and the statement `__name(f, 'f')`.
  if (named!.type === 'Identifier') return parent.type === 'ExpressionStatement' && named.name === name.value;
  if (named!.type === 'ArrowFunctionExpression') return givenBy(parent) === name.value;
  const isFunction = named!.type === 'FunctionExpression' || named!.type === 'ClassExpression';
  return isFunction && (named.id?.name ?? givenBy(parent)) === name.value;
}

/** The name that a declaration, a property or an assignment gives to an anonymous function (ECMAScript, NamedEvaluation). */
function givenBy(parent: AnyNode): unknown {
  if (parent.type === 'VariableDeclarator') return nameOf(parent.id);
  if (parent.type === 'AssignmentExpression' || parent.type === 'AssignmentPattern') return nameOf(parent.left);
  if (parent.type !== 'Property' && parent.type !== 'PropertyDefinition') return undefined;
  return parent.computed ? undefined : nameOf(parent.key);
}

function nameOf(node: AnyNode): unknown {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'Literal' ? node.value : undefined;
}

/**
 * The text of a call before and after its function; all of it where that is declared elsewhere. Its parentheses stay where they
 * are needed: no statement begins with a function expression, and `return` needs what it returns on its line. V8 compiles
 * functions in parentheses at once.
 */
function aroundFunction(code: string, call: CallExpression, parent: AnyNode): [number, number][] {
  const {
    start,
    end,
    callee,
    arguments: [named],
  } = call;
  if (named!.type === 'Identifier') return [[start, end]];
  const isAlone = SAFE.has(parent.type) && !('callee' in parent && parent.callee === call);
  if (isAlone && !code.slice(start, named!.start).includes('\n'))
    return [
      [start, named!.start],
      [named!.end, end],
    ];
  return [
    [start, callee.end],
    [callee.end + 1, named!.start],
    [named!.end, end - 1],
  ];
}
