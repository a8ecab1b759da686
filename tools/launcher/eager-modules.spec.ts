import { runInNewContext, Script } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { withEagerModules } from './eager-modules.ts';

const BODY = 'exports.sum=[1,2,3].map(n=>n*2).reduce((a,b)=>a+b,0);exports.name=module.name';
const CODE = [
  'var __commonJS=(modules,mod={exports:{},name:"m"})=>()=>(Object.values(modules)[0](mod.exports,mod),mod.exports);',
  `var require_a=__commonJS({"node_modules/a/index.js"(exports,module){${BODY}}});`,
  'var require_own=__commonJS({"src/own.js"(exports){exports.own=true}});',
  'var init_b=__esm({async"node_modules/b/index.js"(){await 1}});',
].join('\n');

describe('modules in a bundle', () => {
  const text = withEagerModules(CODE);

  it('of packages are functions in parentheses, and what is in them is where it was', () => {
    expect(text).toContain(`"a/index.js":(function   (exports,module){${BODY}})});`);
    expect(text.indexOf(BODY)).toBe(CODE.indexOf(BODY));
  });

  it('of ours and those that wait are as they were', () => {
    const [ours, others] = [text, CODE].map((one) => one.split('\n').slice(2));
    expect(ours).toEqual(others);
    expect(withEagerModules('const a = 1;')).toBe('const a = 1;');
  });

  it('run as before, and are in what V8 keeps of their file', () => {
    const upToA = (code: string) => code.split('\n').slice(0, 2).join('\n');
    const run = (code: string) => runInNewContext(`${upToA(code)}require_a()`) as object;
    expect(run(text)).toEqual(run(CODE));
    const keptOf = (code: string) => new Script(upToA(code)).createCachedData().length;
    expect(keptOf(text)).toBeGreaterThan(keptOf(CODE));
  });
});
