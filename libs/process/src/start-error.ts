/** A process cannot start, for a reason that its message tells whole: it is reported without a stack. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
