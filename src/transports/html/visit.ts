import { randomBytes } from 'node:crypto';
import { addVary } from '#gateway/edge/headers/vary';
import { cookieIn, FORM_COOKIE, setCookie } from '#gateway/identity/browser/cookies';
import { formToken, isFormSecret, newFormSecret } from '#gateway/identity/browser/form-token';
import type { Context } from '#libs/upstream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Language, languageOf } from './language.ts';

/** A visit of a page: who asks, in which language, and what the answer needs. */
export class Visit {
  readonly language: Language;
  /** Whether the page is the same for all visitors: it shows nothing of the caller, and has no token. */
  isShared: boolean;
  private isLoggedOut = false;
  private pageNonce: string | undefined;
  private formSecret: string | undefined;

  constructor(
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
  ) {
    this.language = languageOf(request.headers['accept-language']);
    this.isShared = request.routeOptions.config?.isSharedPage ?? false;
  }

  get context(): Context {
    return this.request.context;
  }

  /** Shows the page as to somebody who is not logged in: the session has just ended. */
  withoutCaller(): void {
    this.isLoggedOut = true;
  }

  /** The visitor's id; undefined for one who is not logged in, and on a page that caches share. */
  get callerId(): string | undefined {
    return this.isShared || this.isLoggedOut ? undefined : this.context?.caller.id;
  }

  /** Makes the page one that caches share, per value of a request header. */
  share(variedBy: string): void {
    this.isShared = true;
    addVary(this.reply, variedBy);
  }

  /** The nonce of the page's script elements; undefined on a page that caches share. */
  get nonce(): string | undefined {
    return this.isShared ? undefined : (this.pageNonce ??= randomBytes(16).toString('base64url'));
  }

  /** A token for a form of this page, see `FormGuard`; sets the cookie that it belongs to. Undefined on a shared page. */
  get formToken(): string | undefined {
    return this.tokenFor(this.context.caller.id ?? '');
  }

  /** The same for a form that is for any caller. */
  get browserToken(): string | undefined {
    return this.tokenFor('');
  }

  private tokenFor(callerId: string): string | undefined {
    if (this.isShared) return undefined;
    const known = cookieIn(this.request, FORM_COOKIE);
    this.formSecret ??= isFormSecret(known) ? known : newFormSecret();
    if (known !== this.formSecret) setCookie(this.reply, FORM_COOKIE, this.formSecret);
    return formToken(this.formSecret, callerId);
  }
}

const visits = new WeakMap<FastifyRequest, Visit>();

/** The visit of a request: one, for its page and for the page of its error. */
export function visitOf(request: FastifyRequest, reply: FastifyReply): Visit {
  let visit = visits.get(request);
  if (!visit) visits.set(request, (visit = new Visit(request, reply)));
  return visit;
}

/** Injects the visit of a page. */
export const PageVisit = createParamDecorator((_: unknown, execution: ExecutionContext): Visit => {
  const http = execution.switchToHttp();
  return visitOf(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});
