const SPACE = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex -- JSON strings must not have them
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing';

/** Where text stops being JSON (RFC 8259), from 0: V8 tells it for some errors only. */
export function jsonErrorAt(text: string): number {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let expected: Expected = 'value';
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const taken = pattern.exec(text)?.[0];
    at += taken?.length ?? 0;
    return taken !== undefined;
  };
  const ended = (): Expected => (open.length ? 'comma or end' : 'nothing');
  const closed = (): Expected => {
    open.pop();
    at += 1;
    return ended();
  };
  for (;;) {
    take(SPACE);
    const next = text[at];
    if (next === undefined || expected === 'nothing') return at;
    if (expected === 'value' || expected === 'value or ]') {
      if (next === '{' || next === '[') {
        open.push(next);
        at += 1;
        expected = next === '{' ? 'key or }' : 'value or ]';
      } else if (next === ']' && expected === 'value or ]') expected = closed();
      else if (take(STRING) || take(SCALAR)) expected = ended();
      else return at;
    } else if (expected === 'key' || expected === 'key or }') {
      if (next === '}' && expected === 'key or }') expected = closed();
      else if (take(STRING)) expected = 'colon';
      else return at;
    } else if (expected === 'colon') {
      if (next !== ':') return at;
      at += 1;
      expected = 'value';
    } else {
      const inner = open.at(-1)!;
      if (next === ',') {
        at += 1;
        expected = inner === '{' ? 'key' : 'value';
      } else if (next === (inner === '{' ? '}' : ']')) expected = closed();
      else return at;
    }
  }
}
