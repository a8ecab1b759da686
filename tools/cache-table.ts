import type { CacheRule } from '#libs/cache';
import { Context } from '#libs/upstream';
import { allPorts } from '#tools/ports';

const HEAD = [
  '| Question | Scope | Fresh | Stale while revalidating | Stale if error | Not found | Tags |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];

/** The cache policies that the ports declare: question, scope, lifetimes and tags. */
export async function cacheTable(): Promise<string> {
  const rows = (await allPorts()).flatMap((port) =>
    Object.entries(port.cache ?? {})
      .filter((entry): entry is [string, CacheRule] => entry[1].kind !== 'invalidates')
      .map(([question, policy]) => row(`${port.name.toLowerCase()}.${question}`, policy)),
  );
  return [...HEAD, ...rows].join('\n');
}

function row(question: string, policy: CacheRule): string {
  const { kind, scope, ttl, staleWhileRevalidate, staleIfError, negativeTtl } = policy;
  const cells = [
    `\`${question}\`${kind === 'each' ? ', each' : ''}`,
    scope === 'public' ? 'public' : 'caller',
    seconds(ttl),
    seconds(staleWhileRevalidate),
    seconds(staleIfError),
    seconds(negativeTtl),
    tagsOf(policy)
      .map((tag) => `\`${tag}\``)
      .join(' '),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The tags, with `{id}` for the requested id, and `{caller}` for the caller. */
function tagsOf({ tags }: CacheRule): string[] {
  const context = new Context({ log: { requestId: '' }, caller: { id: '{caller}', scopes: [] }, timeoutMs: 1 });
  return (tags as (context: Context, ...args: unknown[]) => string[])(context, '{id}');
}

const seconds = (value: number): string => (value ? `${value} s` : '–');
