/** The pages whose scripts set styles. */
export type StyledPage = 'reference' | 'graphiql';

/** Directives of every page: all comes from the gateway, which the pages may call, and nobody may frame them. */
const OWN = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** The policies of the pages that show packages: neither may load a script but from a file of the gateway. */
const OF_PACKAGES: Record<StyledPage, (nonce: string) => Readonly<Record<string, string>>> = {
  // The style elements that Scalar makes get the nonce, by `clients/portal/nonce.ts`; style attributes have none.
  reference: (nonce) => ({
    'style-src': `'self' 'nonce-${nonce}'`,
    'style-src-attr': "'unsafe-inline'",
    'img-src': "'self' data: blob:",
  }),
  // The editor of GraphiQL makes style elements without a nonce, and has its own fonts in its style sheet.
  graphiql: () => ({
    'style-src': "'self' 'unsafe-inline'",
    'font-src': "'self' data:",
    'worker-src': "'self'",
  }),
};

/**
 * The `Content-Security-Policy` of a page of the portal.
 * @param nonce of the style elements that the page may make
 */
export function pagePolicy(page?: StyledPage, nonce = ''): string {
  const directives = { ...OWN, ...(page && OF_PACKAGES[page](nonce)) };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}
