/** The page that a visitor has reached. */
export interface Page {
  url: URL;
  status: number;
  headers: Headers;
  text: string;
}

interface Cookie {
  name: string;
  value: string;
  path: string;
  isStrict: boolean;
}

type Site = 'none' | 'same-origin' | 'same-site' | 'cross-site';

const MAX_STEPS = 20;
const ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const ACCOUNTS = {
  ada: { email: 'ada@example.com', password: 'analytical-engine' },
  grace: { email: 'grace@example.com', password: 'nanosecond-wire' },
};

/** The account that logs in, or a cancelled login. */
export type Answer = keyof typeof ACCOUNTS | 'no' | undefined;

/** A user with a browser that implements cookies (RFC 6265bis), and only the HTML that login pages need. */
export class Visitor {
  /** Cookies by host, since they ignore ports, then by name and path. */
  private readonly cookies = new Map<string, Map<string, Cookie>>();

  /** Navigates to a URL, and follows redirects and forms to a final page. */
  go(url: string, answer?: Answer): Promise<Page> {
    return this.follow(new URL(url), 'none', answer);
  }

  /** A request of a script of the gateway's page. */
  async send(url: string, method = 'GET', headers: Record<string, string> = {}, body?: string): Promise<Response> {
    const at = new URL(url);
    const response = await fetch(at, {
      method,
      headers: { 'x-csrf': '1', cookie: this.cookieFor(at, 'same-origin'), ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    this.take(at, response);
    return response;
  }

  /** A cookie of a host. */
  cookie(hostname: string, name: string): string | undefined {
    return this.cookies.get(hostname)?.get(`${name} /`)?.value;
  }

  /** Overwrites a cookie of a host. */
  setCookie(hostname: string, name: string, value: string): void {
    this.cookies.get(hostname)!.get(`${name} /`)!.value = value;
  }

  /** Navigates until a login page. */
  async upTo(url: string): Promise<Page> {
    return this.go(url);
  }

  /** Submits a login page. */
  async answer(page: Page, answer: Exclude<Answer, undefined>): Promise<Page> {
    const body = new URLSearchParams(answer === 'no' ? { answer } : { answer: 'yes', ...ACCOUNTS[answer] });
    return this.follow(page.url, 'same-origin', answer, { method: 'POST', body });
  }

  /** Goes on from a page, as its script does. */
  goFrom({ url }: Page, to: string): Promise<Page> {
    return this.follow(new URL(to, url), 'same-origin', undefined);
  }

  /** Fills the form of a page, and submits it with a button's name and value, if it has one. */
  submit({ url, text }: Page, fields: Record<string, string>): Promise<Page> {
    const { action, body } = formIn(text);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const init = { method: 'POST', body };
    return this.follow(new URL(action, url), 'same-origin', undefined, init);
  }

  /** Confirms the logout at the provider. */
  async confirmLogout(url: string): Promise<Page> {
    const page = await this.go(url);
    const { action, body } = formIn(page.text);
    body.set('logout', 'yes');
    return this.follow(new URL(action, page.url), 'same-origin', undefined, { method: 'POST', body });
  }

  private async follow(start: URL, site: Site, answer: Answer, init: RequestInit = {}): Promise<Page> {
    let [url, from, how] = [start, site, init];
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const headers = { accept: ACCEPT, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': from };
      const cookie = this.cookieFor(url, from);
      const response = await fetch(url, { ...how, redirect: 'manual', headers: { ...headers, cookie } });
      this.take(url, response);
      const text = await response.text();
      const location = response.headers.get('location');
      const refresh = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(text)?.[1];
      if (location !== null) {
        const next = new URL(location, url);
        // After a redirect by another site, the whole navigation counts as cross-site.
        if (from !== 'none') from = worse(from, relation(url, next));
        url = next;
        how = {};
      } else if (refresh !== undefined) {
        const next = new URL(refresh.replaceAll('&amp;', '&'), url);
        from = relation(url, next);
        url = next;
        how = {};
      } else if (text.includes('forms[0].submit()')) {
        const { action, body } = formIn(text);
        const next = new URL(action, url);
        from = relation(url, next);
        url = next;
        how = { method: 'POST', body };
      } else {
        const page = { url, status: response.status, headers: response.headers, text };
        return answer && text.includes('<form method="post">') ? this.answer(page, answer) : page;
      }
    }
    throw new Error(`too many steps, the last to ${url}`);
  }

  private cookieFor({ hostname, pathname }: URL, site: Site): string {
    const theirs = [...(this.cookies.get(hostname)?.values() ?? [])];
    const sent = theirs.filter(
      ({ isStrict, path }) => (site !== 'cross-site' || !isStrict) && within(pathname, path),
    );
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  private take({ hostname }: URL, { headers }: Response): void {
    const jar = this.cookies.get(hostname) ?? new Map<string, Cookie>();
    this.cookies.set(hostname, jar);
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line)!;
      const path = /; path=([^;]*)/i.exec(line)?.[1] ?? '/';
      const key = `${name} ${path}`;
      if (isOver(line)) jar.delete(key);
      else jar.set(key, { name, value, path, isStrict: /samesite=strict/i.test(line) });
    }
  }
}

/** Section 5.1.4 of RFC 6265. */
const within = (pathname: string, path: string): boolean =>
  pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);

/** Whether a cookie is removed (RFC 6265, section 5.3). */
const isOver = (line: string): boolean =>
  /; max-age=(0|-\d+)/i.test(line) || Date.parse(/; expires=([^;]*)/i.exec(line)?.[1] ?? '') < Date.now();

/** The form of a page that posts, or whose script does, with its hidden fields. */
function formIn(page: string): { action: string; body: URLSearchParams } {
  const text = /<form[^>]* method="post"[^]*?<\/form>/i.exec(page)?.[0] ?? page;
  const hidden = [...text.matchAll(/<input[^>]* type="hidden"[^>]*>/g)].map(([input]) => input);
  const attribute = (input: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1] ?? '';
  const decoded = (value: string) =>
    value.replaceAll('&#x27;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return {
    action: decoded(/action="([^"]*)"/.exec(text)?.[1] ?? ''),
    body: new URLSearchParams(
      hidden.map((input) => [attribute(input, 'name'), decoded(attribute(input, 'value'))]),
    ),
  };
}

function relation(from: URL, to: URL): Site {
  if (from.origin === to.origin) return 'same-origin';
  return from.hostname === to.hostname ? 'same-site' : 'cross-site';
}

const ORDER: Site[] = ['none', 'same-origin', 'same-site', 'cross-site'];
const worse = (one: Site, other: Site): Site => (ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other);
