// Loaded into the gateway by `--import`: tells its parent what no metric tells, when asked.
import { writeHeapSnapshot } from 'node:v8';

/** What the parent asks: figures as they are or after a full collection, or a heap snapshot at a path. */
export interface ProbeQuestion {
  probe: 'now' | 'collected' | { snapshot: string };
}

/** The memory of a process in bytes, and its active resources by type. */
export interface ProbeAnswer {
  memory: NodeJS.MemoryUsage;
  resources: Record<string, number>;
}

process.on('message', ({ probe }: Partial<ProbeQuestion>) => {
  if (probe === undefined) return;
  if (typeof probe === 'object') writeHeapSnapshot(probe.snapshot);
  // The second collection frees what finalizers have let go.
  if (probe === 'collected') {
    globalThis.gc?.();
    setImmediate(() => {
      globalThis.gc?.();
      answer();
    });
  } else answer();
});

function answer(): void {
  const resources: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1;
  process.send!({ memory: process.memoryUsage(), resources } satisfies ProbeAnswer);
}
