import { InternalTokenVerifier, InvalidInternalToken } from '#libs/internal-token';
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { type Visit, visitOf } from './visit.ts';

/** Allows requests without an internal token for a route or a controller. */
export const Public = Reflector.createDecorator<true>({ transform: () => true });

/** The caller on whose behalf the gateway calls. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => visitOf(context.switchToHttp().getRequest<FastifyRequest>()).caller,
);

/** Admits only the gateway, and sets the caller on whose behalf it calls. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly verifier: InternalTokenVerifier,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride(Public, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const visit = visitOf(request);
    visit.caller = this.verified(visit, request.headers.authorization);
    visit.store.callerId = visit.caller.id;
    return true;
  }

  private verified(visit: Visit, authorization: string | undefined) {
    try {
      return this.verifier.verify(authorization);
    } catch (error) {
      if (!(error instanceof InvalidInternalToken)) throw error;
      visit.refusedFor = error.message;
      throw Problem.of('UNAUTHENTICATED', `${capitalised(error.message)}.`);
    }
  }
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
