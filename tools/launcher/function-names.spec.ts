import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { withoutNeedlessNames } from './function-names.ts';

describe('names of functions in a bundle', () => {
  it.each([
    ['of a variable', 'const f = __name(() => 1, "f");', 'const f = () => 1;'],
    ['of a property', 'x({ get: __name(() => 1, "get") });', 'x({ get: () => 1 });'],
    ['of a field', 'class A { f = __name(() => 1, "f"); }', 'class A { f = () => 1; }'],
    ['of a default', 'const { f = __name(() => 1, "f") } = x;', 'const { f = () => 1 } = x;'],
    ['of an assignment', 'f = __name(function() {}, "f");', 'f = function() {};'],
    ['of its own', 'x(__name(function f() {}, "f"));', 'x(function f() {});'],
    ['of its own, called at once', '__name(function f() {}, "f")();', '(function f() {})();'],
    [
      'of its own, below its return',
      '() => { return __name(\nfunction f() {}, "f"); }',
      '() => { return (\nfunction f() {}); }',
    ],
    ['of one in parentheses', 'const f = __name((() => 1), "f");', 'const f = () => 1;'],
    ['of a declaration', 'function f() {}\n__name(f, "f");', 'function f() {}\n;'],
  ])('%s are left to the language, and all else is where it was', (_, code, expected) => {
    const text = withoutNeedlessNames(code);
    const withoutSpaces = (one: string) => one.replaceAll(' ', '');
    expect(withoutSpaces(text)).toBe(withoutSpaces(expected));
    expect(text.indexOf('=>')).toBe(code.indexOf('=>'));
    expect(text).toHaveLength(code.length);
  });

  it.each([
    ['of a variable that the bundler renamed', 'const f2 = __name(() => 1, "f");'],
    ['of a function that it renamed', 'x(__name(function f2() {}, "f"));'],
    ['of a declaration that it renamed', 'function f2() {}\n__name(f2, "f");'],
    ['of an argument', 'x(__name(() => 1, "f"));'],
    ['of a computed property', 'x({ [f]: __name(() => 1, "f") });'],
    ['of a field of an object', 'x.f = __name(() => 1, "f");'],
    ['of a class with a static member of it', 'class A { static { __name(this, "A"); } }'],
  ])('%s are set', (_, code) => {
    expect(withoutNeedlessNames(code)).toBe(code);
  });

  it('are those without the bundler, with closures in closures and lines as they were', () => {
    const code = [
      'const __name = (target, value) => Object.defineProperty(target, "name", { value });',
      'const outer = __name(() => {',
      '  const inner = __name(() => 1, "inner");',
      '  const other2 = __name(() => 1, "other");',
      '  return [outer.name, inner.name, other2.name];',
      '}, "outer");',
      'outer()',
    ].join('\n');
    const text = withoutNeedlessNames(code);
    expect(text.match(/__name\(/g)).toHaveLength(1);
    expect(text.split('\n').map(({ length }) => length)).toEqual(code.split('\n').map(({ length }) => length));
    expect(runInNewContext(text)).toEqual(['outer', 'inner', 'other']);
  });
});
