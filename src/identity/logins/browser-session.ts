import { Scopes } from '#gateway/declare/access';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { BrowserSessionView } from './browser-session.view.ts';

/** Tells a page who is logged in, in this browser. */
@Scopes()
@Injectable()
export class BrowserSession {
  /** The user and scopes, without any token. */
  run({ caller }: Context): BrowserSessionView {
    return { userId: caller.id!, scopes: [...caller.scopes] };
  }
}
