import type { Door } from '#gateway/doors-of';

const HEAD = ['| Door | Who may come in |', '| --- | --- |'];

/** Who may come in where, from what use cases and operators' doors declare. */
export function accessTable(doors: readonly Door[]): string {
  const rows = doors.map(({ name, access }) => `| \`${name}\` | ${who(access)} |`);
  return [...HEAD, ...rows.sort()].join('\n');
}

function who(access: Door['access']): string {
  if (!access) return 'nobody knows';
  const pages = access.isForPages ? ', from a page of ours' : '';
  if (access.isPublic) return `everybody${access.ignoresToken ? ', whatever token they have' : ''}${pages}`;
  const lately = access.fresh ? `, logged in within ${access.fresh.maxAgeSeconds} seconds` : '';
  if (!access.scopes?.length) return `everybody who is logged in${lately}`;
  return access.scopes.map((scope) => `\`${scope}\``).join(' and ') + lately;
}
