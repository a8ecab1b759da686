import { present } from '#libs/view';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { answerOf } from './answers.ts';
import { DEPRECATED, type Deprecation, deprecationHeaders } from './deprecated.ts';
import { refuseUnknownQuery } from './question.ts';
import { wantedByRest } from './wanted-parts.ts';

/**
 * Trims every REST answer to its view and to `?fields=`, and says where what was created can be found, and what is on its
 * way out.
 */
@Injectable()
export class ShapeAnswer implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (execution.getType<string>() !== 'http') return next.handle();
    const http = execution.switchToHttp();
    const handler = execution.getHandler();
    const deprecation = Reflect.getMetadata(DEPRECATED, handler) as Deprecation | undefined;
    if (deprecation) void http.getResponse<FastifyReply>().headers(deprecationHeaders(deprecation));
    refuseUnknownQuery(handler, http.getRequest<FastifyRequest>());
    const answer = answerOf(handler);
    if (!answer) return next.handle();
    const wanted = wantedByRest(http.getRequest<FastifyRequest>(), answer);
    return next.handle().pipe(
      map((body: object) => {
        if (answer.location)
          void http.getResponse<FastifyReply>().header('location', answer.location(body as never));
        return present(answer.view, body as Record<string, unknown>, wanted);
      }),
    );
  }
}
