import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { type CallSurroundings, ServedCall } from './served-call.ts';

const PROBES = ['/grpc.health.v1.', '/grpc.reflection.'];

/** The calls in flight of a server. */
export class OpenCalls {
  private readonly streams = new Set<ServedCall>();

  constructor(private readonly around: CallSurroundings) {}

  /**
   * Runs before every handler: request context, internal token, deadline, access line. It is an interceptor of grpc-js,
   * because Nest's own do not see calls that are refused before a handler.
   */
  readonly interceptor: ServerInterceptor = (method, call) => {
    const isProbe = PROBES.some((prefix) => method.path.startsWith(prefix));
    const served: ServedCall = new ServedCall(method.path, isProbe, call, this.around, () =>
      this.streams.delete(served),
    );
    if (method.responseStream) this.streams.add(served);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, goOn) => served.begin(metadata, () => goOn(metadata)),
          onReceiveMessage: (message, goOn) => served.run(() => goOn(message)),
          onReceiveHalfClose: (goOn) => served.proceed(goOn),
          onCancel: () => served.cancelled(),
        }),
      sendStatus: (status, next) => {
        served.ended(status.code ?? 0);
        next(status);
      },
    });
  };

  /** Ends all streams with UNAVAILABLE: clients reconnect to another instance, or to this one after a restart. */
  interruptStreams(): void {
    for (const stream of this.streams) stream.interrupt();
  }
}
