const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 3;

/**
 * Follows the redirects of a GET request within the origin of its URL, for documents whose URL is derived and not given. Sites that
 * end each path with a slash redirect so. Another origin receives no request.
 */
export const withinOrigin = (send: typeof fetch): typeof fetch =>
  (async (url: string, options: RequestInit) => {
    let at = new URL(url);
    for (let redirects = 0; ; redirects += 1) {
      const response = await send(at.href, options);
      const next = REDIRECTS.has(response.status) ? targetOf(response, at) : undefined;
      if (next?.origin !== at.origin || redirects === MAX_REDIRECTS) return response;
      await response.body?.cancel();
      at = next;
    }
  }) as typeof fetch;

function targetOf({ headers }: Response, from: URL): URL | undefined {
  const location = headers.get('location') ?? '';
  return URL.canParse(location, from) ? new URL(location, from) : undefined;
}
