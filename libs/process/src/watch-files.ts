import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** How often files are looked at, in milliseconds. */
const POLL_MS = 1_000;
/** A changed file must stay as it is for this long, in milliseconds: editors and volumes change them in several steps. */
const SETTLED_MS = 250;

/**
 * Watches files by their content's place, size and times, also where they are replaced by another file or by another target
 * of a symbolic link, as mounted volumes are. They are polled, because file system events miss the latter two.
 * @param files the paths, which may be others each time
 * @param changed called once after one or several have changed and rest again
 * @returns ends the watch
 */
export function watchFiles(files: () => Iterable<string>, changed: () => void, pollMs = POLL_MS): () => void {
  let isOver = false;
  let timer: NodeJS.Timeout;
  // At once: a change before the first poll is one, too.
  let seen = new Map([...files()].map((path) => [path, versionAtOnce(path)]));
  let unsettled = false;

  const poll = async (): Promise<void> => {
    const now = await versionsOf(files());
    if (isOver) return;
    const before = seen;
    // A file that is new in the list has not changed.
    const isChanged = [...now].some(([path, version]) => (before.get(path) ?? version) !== version);
    seen = now;
    if (isChanged) unsettled = true;
    else if (unsettled) {
      unsettled = false;
      changed();
    }
    timer = setTimeout(() => void poll(), unsettled ? SETTLED_MS : pollMs).unref();
  };
  void poll();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function versionsOf(paths: Iterable<string>): Promise<Map<string, string>> {
  const all = [...new Set(paths)];
  return new Map(
    await Promise.all(all.map(async (path): Promise<[string, string]> => [path, await versionOf(path)])),
  );
}

async function versionOf(path: string): Promise<string> {
  try {
    return written(await stat(path, { bigint: true }));
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function versionAtOnce(path: string): string {
  try {
    return written(statSync(path, { bigint: true }));
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

const written = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats) => `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
