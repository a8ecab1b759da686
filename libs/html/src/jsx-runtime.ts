import { escaped, Html, type HtmlValue, markupOf } from './html.ts';

/** Elements without content or end tag (HTML, section 13.1.2). */
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
/** Elements whose content is no markup, so that escaping could not keep a text within them. */
const RAW = new Set(['script', 'style']);
/** Attributes with an address that a browser may load or go to. */
const ADDRESS = new Set(['href', 'src', 'action', 'formaction', 'poster', 'cite']);
/** Addresses of these schemes run as scripts or show other content; control characters before a scheme are ignored. */
const FOREIGN_SCHEME = /^[\s\p{Cc}]*(?!https?:)[a-z][a-z\d+.-]*:/iu;
const NAME = /^[a-z][\w:.-]*$/i;

/** The attributes of an element, and its content. `true` stands for the attribute alone; what is absent adds none. */
export interface Attributes {
  children?: HtmlValue;
  [name: string]: HtmlValue;
}

/** A function that makes the markup of its properties. */
export type Component<P> = (properties: P) => Html;

/** What the compiler makes of `<a href={url}>text</a>`: markup whose values are all escaped. */
export function jsx<P extends object>(type: string | Component<P>, properties: P): Html {
  return typeof type === 'string' ? element(type, properties as Attributes) : type(properties);
}

/** The same, for an element with several children. */
export const jsxs = jsx;

/** What `<>…</>` stands for: its content alone. */
export const Fragment = ({ children }: { children?: HtmlValue }): Html => new Html(markupOf(children));

function element(name: string, { children, ...attributes }: Attributes): Html {
  let start = `<${name}`;
  for (const [attribute, value] of Object.entries(attributes)) start += attributeOf(attribute, value);
  if (VOID.has(name)) return new Html(`${start}>`);
  if (RAW.has(name) && children !== undefined) throw new TypeError(`<${name}> takes no content: use a file`);
  return new Html(`${start}>${markupOf(children)}</${name}>`);
}

/** @throws {TypeError} for an event handler or a style, which the policy of every page forbids */
function attributeOf(name: string, value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (!NAME.test(name) || name === 'style' || /^on/i.test(name))
    throw new TypeError(`Pages have no attribute "${name}"`);
  if (value === true) return ` ${name}`;
  const text = String(value);
  // An address that a template of ours has made is no text of a stranger.
  const isForeign = ADDRESS.has(name) && !(value instanceof Html) && FOREIGN_SCHEME.test(text);
  return ` ${name}="${isForeign ? 'about:invalid' : escaped(text)}"`;
}

/** The types of JSX, which the compiler looks up here. */
export declare namespace JSX {
  type Element = Html;
  interface ElementChildrenAttribute {
    children: unknown;
  }
  interface IntrinsicElements {
    [name: string]: Attributes;
  }
}
