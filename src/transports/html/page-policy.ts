/** Directives of every page: all comes from the gateway, pictures included, and nobody may frame a page. */
const DIRECTIVES = [
  "default-src 'none'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types site',
].join('; ');

/** What a page loads beside what all load. */
export interface PageSources {
  /** The nonce of its script elements; undefined for a page that caches share, whose scripts are those of the gateway. */
  nonce?: string;
  /** The hash of the style sheet within it; the same for all pages, so that caches can share them. */
  style?: string;
}

/** The `Content-Security-Policy` of a page of the storefront. Scripts are files; none is within a page. */
export const storefrontPolicy = ({ nonce, style }: PageSources): string =>
  [
    DIRECTIVES,
    `style-src 'self'${style === undefined ? '' : ` ${style}`}`,
    `script-src ${nonce === undefined ? "'self'" : `'nonce-${nonce}' 'strict-dynamic'`}`,
  ].join('; ');
