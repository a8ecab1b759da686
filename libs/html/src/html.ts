/** Markup that is safe to send: only `html` and JSX make it. */
export class Html {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What a template may contain: text is escaped, markup is kept, lists are joined, and what is absent adds nothing. */
export type HtmlValue = Html | string | number | bigint | boolean | null | undefined | readonly HtmlValue[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const SPECIAL = /[&<>"']/;
const EVERY_SPECIAL = /[&<>"']/g;

/** A text as the content of an element or of a quoted attribute. */
export const escaped = (text: string): string =>
  SPECIAL.test(text) ? text.replace(EVERY_SPECIAL, (character) => ESCAPES[character]!) : text;

/** The markup of a value: its own if it is `Html`, else escaped text. */
export function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.markup;
  if (value === undefined || value === null || typeof value === 'boolean') return '';
  if (typeof value === 'object') {
    let joined = '';
    for (const item of value) joined += markupOf(item);
    return joined;
  }
  return escaped(String(value));
}

/**
 * The tag of templates that make HTML. Every value is escaped, so that it is text between tags and within quoted attributes,
 * and never markup; other places (unquoted attributes, scripts, styles, URLs of strangers) take no values.
 */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(strings.reduce((before, part, index) => before + markupOf(values[index - 1]) + part));
}
