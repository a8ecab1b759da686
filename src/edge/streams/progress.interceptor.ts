import { answerOf } from '#gateway/edge/doors/answers';
import { wantedByRest } from '#gateway/edge/doors/wanted-parts';
import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { problemOf } from '#gateway/edge/errors/problem';
import { serializer } from '#libs/view';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, map, type Observable, of } from 'rxjs';
import type { EventStream } from './event-stream.ts';
import { OpenStreams } from './open-streams.ts';

type Body = Record<string, unknown>;

/**
 * Tells the parts of an answer as each is there, to who takes `text/event-stream`: events `part`, then `complete` with the rest.
 * All of them put into one object are the JSON answer. As long as no part could be had nothing is decided, and a failure is
 * an answer with its own status.
 */
@Injectable()
export class ProgressInterceptor implements NestInterceptor<Body, unknown> {
  constructor(private readonly streams: OpenStreams) {}

  intercept(execution: ExecutionContext, next: CallHandler<Body>): Observable<unknown> {
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (!/text\/event-stream/i.test(request.headers.accept ?? '')) return next.handle();
    const answer = answerOf(execution.getHandler())!;
    const write = serializer(answer.view, wantedByRest(request, answer));
    const progress = new Progress(write, () => this.streams.open(request, http.getResponse<FastifyReply>()));
    request.context.onPart = (name, part) => progress.add(name, part);
    return next.handle().pipe(
      map((body) => progress.complete(body)),
      catchError((error: unknown) => {
        if (!progress.isOpen) throw error;
        progress.fail(problemOf(asGatewayError(error), request));
        return of(undefined);
      }),
    );
  }
}

/** Lets a route be told part by part, to who wants it so. */
export const Progressive = (): MethodDecorator => applyDecorators(UseInterceptors(ProgressInterceptor));

class Progress {
  private events: EventStream | undefined;
  /** Parts that could not be had, before there is one that could. */
  private readonly missing: Body[] = [];
  private readonly told = new Set<string>();

  constructor(
    private readonly write: (body: Body) => string,
    private readonly open: () => EventStream,
  ) {}

  get isOpen(): boolean {
    return this.events !== undefined;
  }

  add(name: string, part: unknown): void {
    this.told.add(name);
    const body = { [name]: part };
    if (part === null && !this.events) return void this.missing.push(body);
    this.begin();
    this.tell('part', body);
  }

  complete(body: Body): void {
    this.begin();
    this.tell('complete', Object.fromEntries(Object.entries(body).filter(([name]) => !this.told.has(name))));
    this.events!.end();
  }

  fail(problem: object): void {
    this.events!.end('error', problem);
  }

  private begin(): void {
    this.events ??= this.open();
    for (const body of this.missing.splice(0)) this.tell('part', body);
  }

  private tell(event: string, body: Body): void {
    this.events!.send({ event, data: this.write(body) });
  }
}
