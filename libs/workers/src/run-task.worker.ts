import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { Task } from './task.ts';

/** What a thread receives. */
export interface TaskCall {
  file: string;
  name: string;
  input: unknown;
}

/** Loads a task, once a thread, and runs it. */
// oxlint-disable-next-line import/no-default-export -- piscina calls it
export default async function runTask({ file, name, input }: TaskCall): Promise<unknown> {
  const tasks = (await import(file)) as Record<string, Task<unknown, unknown>>;
  const answer = await tasks[name]!(input);
  if (!('transfer' in answer) || !answer.transfer?.length) return answer;
  return move({ [transferableSymbol]: [...answer.transfer], [valueSymbol]: { value: answer.value } } as never);
}
