import type { GatewayError } from '#libs/errors';

/** What a task refuses its input with: it becomes a `GatewayError` of the caller, since errors lose fields between threads. */
export type Refused = Pick<GatewayError, 'code'> & Partial<Pick<GatewayError, 'detail' | 'errors'>>;

/** What a task returns: a value, with the memory that goes over to the process instead of being copied, or a refusal. */
export type TaskAnswer<Output> = { value: Output; transfer?: readonly ArrayBuffer[] } | { refused: Refused };

/** A function that threads run: an export of a `*.worker.ts` file. */
export type Task<Input, Output> = (input: Input) => TaskAnswer<Output> | Promise<TaskAnswer<Output>>;

/** The address of a task. */
export interface WorkerTask<Input, Output> {
  /** The URL of its file. */
  readonly file: string;
  /** The name of the export. */
  readonly name: string;
  /** Never set: carries the types. */
  readonly task?: Task<Input, Output>;
}

/**
 * Names an export of a worker file: `workerTask<typeof sizes>(import.meta.url, './sizes.worker', 'sizes')`.
 * @param from `import.meta.url` of the calling file
 * @param file the worker file relative to it, without extension: sources have another than what is built from them
 */
export function workerTask<T extends Task<never, unknown>>(
  from: string,
  file: string,
  name: string,
): WorkerTask<Parameters<T>[0], T extends Task<never, infer Output> ? Output : never> {
  const extension = from.endsWith('.ts') ? 'ts' : 'js';
  return { file: new URL(`${file}.${extension}`, from).href, name };
}
