import { wasAborted } from '#gateway/edge/stage/was-aborted';
import type { Done } from '#gateway/edge/stage/stage';
import { attachSpan, Recording, type RecordingOptions, type Sampler } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLIENT_CLOSED, endRequestSpan, STREAM_CLOSED } from './server-span.ts';

/** Called with each recording once all its spans have ended. It must not throw. */
export type RecordingListener = (recording: Recording) => void;

/**
 * Records each request in spans, if anything listens, and passes the finished recordings to the listeners: the
 * exporter of traces and the operators' list of recent requests. Requests on the admin port are not passed on.
 */
@Injectable()
export class RequestRecordings {
  /** Set by the exporter; without it nothing is sampled, and the client's trace context is passed on as it came. */
  sampler: Sampler | undefined;
  /** Set by the exporter: whether it exports a recording that was not sampled, by its first span, which has ended. */
  isKept: (recording: Recording) => boolean = () => false;
  private readonly listeners = new Set<RecordingListener>();

  /**
   * Calls `listener` with the recording of each request that begins from now on, after its end.
   * @returns removes the listener
   */
  subscribe(listener: RecordingListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Begins a recording; undefined if nothing listens. */
  begin(options: Omit<RecordingOptions, 'isSampled' | 'isPropagated'>): Recording | undefined {
    if (!this.listeners.size) return undefined;
    const recording = new Recording(options, this.finish);
    if (!this.sampler) return recording;
    recording.isPropagated = true;
    recording.isSampled = this.sampler(recording);
    return recording;
  }

  onRequest(request: FastifyRequest, _reply: FastifyReply, done: Done): void {
    if (!this.listeners.size) return done();
    const { context } = request;
    const { log, trace, startedAt: startMs } = context;
    const recording = this.begin({
      requestId: log.requestId,
      trace,
      name: request.method,
      kind: 'server',
      startMs,
    })!;
    context.span = recording.root;
    attachSpan(log, recording.root);
    // Log lines name a trace only if others can know it, too.
    if (recording.isPropagated) log.traceId = recording.traceId;
    done();
  }

  onResponse(request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply, done: Done): void {
    if (!wasAborted(request)) endRequestSpan(request, statusCode, elapsedTime);
    done();
  }

  onRequestAbort(request: FastifyRequest, done: Done): void {
    // Its upstream calls are being cancelled; their spans end by the next turn of the event loop.
    setImmediate(endRequestSpan, request, request.isStream ? STREAM_CLOSED : CLIENT_CLOSED);
    done();
  }

  private readonly finish = (recording: Recording): void => {
    if (recording.root.attributes['atrium.admin']) return;
    for (const listener of this.listeners) listener(recording);
  };
}
