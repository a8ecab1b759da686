// The page of the REST reference. Its viewer, Scalar, is a script of its own that is loaded before this one.

/** What this page uses of the viewer. */
interface Viewer {
  createApiReference(element: string, configuration: object): unknown;
}

const { Scalar } = globalThis as unknown as { Scalar: Viewer };
const { document: url, tries } = document.getElementById('reference')!.dataset;

Scalar.createApiReference('#reference', {
  url,
  // All that it loads comes from the gateway, and it reports to nobody.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  hideTestRequestButton: tries !== 'yes',
  persistAuth: false,
  customFetch,
});

/** Requests with the cookie of the browser need this header; it goes to the gateway alone. */
function customFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  if (new URL(request.url).origin === location.origin) request.headers.set('X-CSRF', '1');
  // Without a token of the form the cookie counts: an empty token would be refused.
  if (/^Bearer\s*$/.test(request.headers.get('authorization') ?? '')) request.headers.delete('authorization');
  return fetch(request);
}
