import type { Reachable } from '#test/support/client';
import request, { type Response, type Test } from 'supertest';

/** A browser with a page of the gateway's front end: it stores cookies, and its scripts set the required header. */
export class Browser {
  /** Cookies by name, which scripts could not read. */
  readonly cookies = new Map<string, string>();

  constructor(private readonly url: string) {}

  static at({ gateway }: Reachable): Browser {
    return new Browser(gateway.url);
  }

  /** A request of a script. */
  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.sent(request(this.url).get(path), { 'x-csrf': '1', ...headers });
  }

  /** A JSON POST of a script. */
  post(path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.sent(request(this.url).post(path).send(body), { 'x-csrf': '1', ...headers });
  }

  /** The visitor submits a form: no script sets a header. */
  submit(path: string, form: Record<string, string>, headers: Record<string, string>): Promise<Response> {
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value));
    return this.sent(request(this.url).post(path).redirects(0).type('form').send(form), given);
  }

  /** The visitor goes somewhere: a navigation has no headers of ours. */
  visit(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.sent(request(this.url).get(path).redirects(0), { 'sec-fetch-mode': 'navigate', ...headers });
  }

  /** Logs in at the provider. @returns the last response, of the gateway */
  async logInAtProvider(returnTo = '/'): Promise<Response> {
    const away = await this.visit(`/bff/login?returnTo=${encodeURIComponent(returnTo)}`);
    return this.comeBack(String(away.headers['location']));
  }

  /** Logs in after the gateway's redirect, and follows the redirect back. */
  async comeBack(location: string): Promise<Response> {
    const atProvider = await fetch(location, { redirect: 'manual' });
    const back = new URL(atProvider.headers.get('location')!);
    return this.visit(back.pathname + back.search);
  }

  private async sent(test: Test, headers: Record<string, string>): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await test.set({ ...(cookie ? { cookie } : {}), ...headers });
    for (const set of (answer.headers['set-cookie'] as string[] | undefined) ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      if (/max-age=0/i.test(set)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return answer;
  }
}
