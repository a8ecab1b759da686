import type { Door } from '#gateway/doors-of';

const HEAD = ['| Endpoint | Access |', '| --- | --- |'];

/** The access to every endpoint, as use cases and the handlers of the admin port declare it: a Markdown table. */
export function accessTable(doors: readonly Door[]): string {
  const rows = doors.map(({ name, access }) => `| \`${name}\` | ${who(access)} |`);
  return [...HEAD, ...rows.sort()].join('\n');
}

function who(access: Door['access']): string {
  if (!access) return 'undeclared';
  const pages = access.isForPages ? ', from our own pages' : '';
  if (access.isPublic) return `everyone${access.ignoresToken ? '; tokens are ignored' : ''}${pages}`;
  const lately = access.recentLogin ? `, logged in within ${access.recentLogin.maxAgeSeconds} seconds` : '';
  if (!access.scopes?.length) return `every logged-in caller${lately}`;
  return access.scopes.map((scope) => `\`${scope}\``).join(' and ') + lately;
}
