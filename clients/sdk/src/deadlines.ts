/** Something that is called when its time is over. */
export interface Deadline {
  /** In milliseconds since 1970; it may be moved to a later time. */
  endsAt: number;
  passed(): void;
}

const pending = new Set<Deadline>();
let timer: ReturnType<typeof setTimeout> | undefined;
let firesAt = Infinity;

/**
 * Watches a deadline until it is removed. One timer serves them all, and is left running when a call ends: setting and
 * clearing one for each call costs as much CPU as all else that the client does.
 */
export function addDeadline(deadline: Deadline): void {
  pending.add(deadline);
  if (deadline.endsAt < firesAt) arm(deadline.endsAt);
}

export const removeDeadline = (deadline: Deadline): boolean => pending.delete(deadline);

function arm(at: number): void {
  clearTimeout(timer);
  firesAt = at;
  timer = setTimeout(check, Math.max(0, at - Date.now()));
  // In Node: what waits for an answer keeps the process alive by its connection.
  (timer as { unref?: () => void }).unref?.();
}

function check(): void {
  const now = Date.now();
  let next = Infinity;
  firesAt = Infinity;
  for (const deadline of pending) {
    if (deadline.endsAt > now) {
      next = Math.min(next, deadline.endsAt);
      continue;
    }
    pending.delete(deadline);
    deadline.passed();
  }
  if (next < firesAt) arm(next);
}
