import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { contextOf } from '#gateway/declare/request-context';
import { ACCESS, type Access } from '#gateway/declare/access';
import { authorize } from '#gateway/identity/authorize';

/**
 * Checks the access rule of every handler. `transports/graphql` checks GraphQL documents as a whole before; this
 * also covers resolvers which that check might miss.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    authorize(contextOf(execution), this.reflector.get<Access | undefined>(ACCESS, execution.getHandler()));
    return true;
  }
}
