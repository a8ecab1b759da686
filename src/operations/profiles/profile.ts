import type { HeapProfiler, Profiler } from 'node:inspector';

/** What can be profiled: where time goes, or who allocates memory. */
const SAMPLED_KINDS = ['cpu', 'allocations'] as const;

/** The kind of a profile that samples for a while. */
export type SampledKind = (typeof SAMPLED_KINDS)[number];

/** A profile of V8, as Chrome's developer tools read it: a `.cpuprofile` or a `.heapprofile`. */
export type Profile = Profiler.Profile | HeapProfiler.SamplingHeapProfile;

/** A function on a stack, with all that it called. */
export interface StackFrame {
  name: string;
  /** The file and line; empty for the engine itself. */
  place: string;
  /** Microseconds or bytes of the function itself. */
  own: number;
  /** The same with all that it called. */
  total: number;
  children: StackFrame[];
}

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

/** The call tree of a profile. Idle time is left out of a CPU profile, and what profiling itself takes: they are no work. */
export const treeOf = (profile: Profile): StackFrame =>
  'nodes' in profile
    ? treeOfTimes(profile)
    : summed(
        profile.head,
        ({ selfSize }) => selfSize,
        ({ children }) => children,
      );

function treeOfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): StackFrame {
  const micros = new Map<number, number>();
  for (const [index, id] of samples.entries())
    micros.set(id, (micros.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isWork = ({ callFrame: { functionName, url } }: { callFrame: CallFrame }) =>
    functionName !== '(idle)' && url !== 'node:inspector';
  return summed(
    nodes[0]!,
    ({ id }) => micros.get(id) ?? 0,
    ({ children = [] }) => children.flatMap((id) => byId.get(id) ?? []).filter(isWork),
  );
}

/** Stacks are at most as deep as V8 samples them, so recursion is safe. */
function summed<Node extends { callFrame: CallFrame }>(
  node: Node,
  ownOf: (node: Node) => number,
  childrenOf: (node: Node) => readonly Node[],
): StackFrame {
  const children = childrenOf(node)
    .map((child) => summed(child, ownOf, childrenOf))
    .filter(({ total }) => total > 0)
    .sort((one, other) => other.total - one.total);
  const own = ownOf(node);
  const total = children.reduce((sum, child) => sum + child.total, own);
  return {
    name: node.callFrame.functionName || '(anonymous)',
    place: placeOf(node.callFrame),
    own,
    total,
    children,
  };
}

/** Relative to the folder of the gateway: paths of the machine say nothing. */
function placeOf({ url, lineNumber }: CallFrame): string {
  if (!url) return '';
  const path = url.replace(/^file:\/\//, '');
  const root = `${process.cwd()}/`;
  return `${path.startsWith(root) ? path.slice(root.length) : path}:${lineNumber + 1}`;
}

/** A function with all that it cost wherever it was called. */
export type Hot = Pick<StackFrame, 'name' | 'place' | 'own'>;

/** The functions that cost most themselves, the most expensive first. @param max how many */
export function hottestOf(root: StackFrame, max: number): Hot[] {
  const all = new Map<string, Hot>();
  const visit = ({ name, place, own, children }: StackFrame): void => {
    const key = `${name} ${place}`;
    const one = all.get(key);
    if (one) one.own += own;
    else all.set(key, { name, place, own });
    children.forEach(visit);
  };
  visit(root);
  return [...all.values()]
    .filter(({ own }) => own > 0)
    .sort((one, other) => other.own - one.own)
    .slice(0, max);
}
