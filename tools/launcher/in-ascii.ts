import { type AnyNode, parse } from 'acorn';
import { simple } from 'acorn-walk';

/** A character that is no ASCII, or an escape, whose backslash may be before such a character. */
const OTHERS = /\\[^]|[^\0-\x7f]/g;

/**
 * Escapes what is no ASCII: Node holds the text of a module with any other character in two bytes for each. What esbuild does not
 * escape by itself is in regular expressions and tagged templates, to which an escape means the same, except where the
 * tag reads what is written, as `String.raw` does.
 * @param code a module that esbuild has written
 * @throws if it is no JavaScript
 */
export function inAscii(code: string): string {
  if (/^[\0-\x7f]*$/.test(code)) return code;
  const kept: AnyNode[] = [];
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    TaggedTemplateExpression({ tag, quasi }) {
      if (tag.type === 'MemberExpression' && 'name' in tag.property && tag.property.name === 'raw')
        kept.push(...quasi.quasis);
    },
  });
  return code.replace(OTHERS, (found, at: number) => {
    const unit = found.at(-1)!;
    if (unit <= '\x7f' || kept.some(({ start, end }) => start <= at && at < end)) return found;
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
