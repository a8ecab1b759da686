import type { Span } from '#libs/observe';
import { Context } from '#libs/upstream';
import type { Type } from '@nestjs/common';

type RunMethod = (this: unknown, ...inputs: unknown[]) => unknown;

const recorded = new WeakSet<Type<unknown>>();

/**
 * Lets `run` of a use case record a span named like its class, below which its upstream calls are. A request that is not
 * recorded runs as before. Use cases that are read as streams are recorded until they answer.
 */
export function recordRuns(useCase: Type<unknown>): void {
  const { prototype } = useCase as { prototype: { run?: RunMethod } };
  const { run } = prototype;
  if (!run || recorded.has(useCase)) return;
  recorded.add(useCase);
  Object.defineProperty(prototype, 'run', {
    configurable: true,
    writable: true,
    value: function (this: unknown, ...inputs: unknown[]) {
      const [context] = inputs;
      // Use cases that need no request, for example a public stream, have no context.
      return context instanceof Context && context.span
        ? recordedRun(useCase.name, context, () => run.apply(this, inputs))
        : run.apply(this, inputs);
    },
  });
}

function recordedRun(name: string, context: Context, run: () => unknown): unknown {
  const parent = context.span!;
  const span = parent.start(name, 'internal', { 'atrium.use_case': name });
  const end = (error?: unknown) => {
    span.end(error === undefined ? undefined : codeOf(error));
    // Root fields of GraphQL run side by side: the span of the last to begin stays, until it ends.
    if (context.span === span) context.span = openAround(parent);
  };
  context.span = span;
  try {
    const answer = run();
    if (answer instanceof Promise) answer.then(() => end(), end);
    else end();
    return answer;
  } catch (error) {
    end(error);
    throw error;
  }
}

/** A span if it is still open, else the nearest one around it that is; the root if none is. */
function openAround(span: Span): Span {
  let open = span;
  while (open.endMs !== undefined && open.parent) open = open.parent;
  return open;
}

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? 'INTERNAL';
