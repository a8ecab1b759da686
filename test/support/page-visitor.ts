import type { Reachable } from '#test/support/client';

/** A page that a visitor has reached. */
export interface ReachedPage {
  status: number;
  path: string;
  headers: Headers;
  text: string;
}

const ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const MAX_REDIRECTS = 5;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** A visitor of the storefront whose browser runs no scripts: it keeps cookies, follows redirects and submits forms. */
export class PageVisitor {
  /** Cookies by name. */
  readonly cookies = new Map<string, string>();
  language = 'en';

  constructor(private readonly url: string) {}

  static at({ gateway }: Reachable): PageVisitor {
    return new PageVisitor(gateway.url);
  }

  /** Goes to a page. */
  go(path: string, headers: Record<string, string> = {}): Promise<ReachedPage> {
    return this.reach(path, { headers });
  }

  /** Submits the form of a page with this action. @param fields those that the visitor fills in */
  submit(page: ReachedPage, action: string, fields: Record<string, string> = {}): Promise<ReachedPage> {
    return this.post(action, { ...formOf(page, action), ...fields });
  }

  /** Sends fields as a form of this site does, and follows the redirect. */
  post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = { origin: this.url, 'sec-fetch-site': 'same-origin' },
  ): Promise<ReachedPage> {
    return this.reach(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  /** Logs in with the form of the shop. */
  async logIn(email = 'ada@example.com', password = 'analytical-engine'): Promise<ReachedPage> {
    return this.submit(await this.go('/shop/login'), '/shop/login', { email, password });
  }

  /** One request, without following redirects; its body is not read. */
  async send(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.url), {
      redirect: 'manual',
      headers: {
        accept: ACCEPT,
        'accept-language': this.language,
        ...(cookie && { cookie }),
        ...(headers as Record<string, string>),
      },
      ...init,
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  private async reach(path: string, init: RequestInit, redirects = 0): Promise<ReachedPage> {
    const response = await this.send(path, init);
    const location = response.headers.get('location');
    if (response.status === 303 && location !== null) {
      if (redirects === MAX_REDIRECTS) throw new Error(`too many redirects, the last to ${location}`);
      await response.body?.cancel();
      return this.reach(location, { headers: {} }, redirects + 1);
    }
    return { status: response.status, path, headers: response.headers, text: await response.text() };
  }
}

/** The fields of a page's form with this action, as they are. @throws {Error} if the page has no such form */
export function formOf({ text, path }: ReachedPage, action: string): Record<string, string> {
  const form = [...text.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)]
    .map(([markup]) => markup)
    .find((markup) => new RegExp(`^<form[^>]* action="${action}"`).test(markup));
  if (!form) throw new Error(`${path} has no form to ${action}: ${text.slice(0, 500)}`);
  const fields = [...form.matchAll(/(<(?:input|textarea)\b[^>]*>)([^<]*)/g)];
  return Object.fromEntries(
    fields.map(([, tag, text]) => [
      attribute(tag!, 'name')!,
      tag!.startsWith('<textarea') ? unescaped(text!) : (attribute(tag!, 'value') ?? ''),
    ]),
  );
}

const unescaped = (text: string): string => text.replace(/&(\w+|#39);/g, (_, entity: string) => ENTITIES[entity]!);

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescaped(value);
};
