import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { contextOf } from '#gateway/declare/request-context';
import { ACCESS, type Access } from '#gateway/declare/access';
import { authorize } from '#gateway/identity/authorize';

/**
 * Guards every handler of every door. GraphQL documents have been checked as a whole before (`transports/graphql`); this
 * holds for a resolver that such a check would miss.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    authorize(contextOf(execution), this.reflector.get<Access | undefined>(ACCESS, execution.getHandler()));
    return true;
  }
}
