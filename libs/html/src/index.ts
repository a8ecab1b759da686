export { html, Html, type HtmlValue, markupOf } from './html.ts';
