import { ErrorPage } from '#gateway/declare/error-page';
import { AnyQuery } from '#gateway/declare/question';
import { declareRoute } from '#gateway/declare/route';
import { OfKind, TakesForms } from '#gateway/declare/route-kind';
import { applyDecorators, HttpCode, UseGuards } from '@nestjs/common';
import { FormGuard } from './forms.ts';
import { pageOfError } from './show-pages.ts';

/**
 * A page of the storefront, whose errors are pages, too.
 * @param isShared whether it is the same for all visitors, so that caches may share it
 */
export const Page = ({ isShared = false } = {}): MethodDecorator =>
  applyDecorators(
    OfKind('page'),
    declareRoute({ isSharedPage: isShared }),
    // Links of other sites add parameters of their own.
    AnyQuery(),
    ErrorPage(pageOfError),
  );

/**
 * A form of a page: it has a token, see `FormGuard`, and its answer is a redirect (303), unless it shows the form again.
 * @param isTokenless whether the form is on pages that caches share, which have no token
 * @param isForAnyCaller whether it may be submitted after a change of accounts in another tab; it has `visit.browserToken`
 */
export const PageForm = ({ isTokenless = false, isForAnyCaller = false } = {}): MethodDecorator =>
  applyDecorators(
    Page(),
    declareRoute({ isTokenless, isForAnyCaller }),
    TakesForms(),
    HttpCode(303),
    UseGuards(FormGuard),
  );
