/**
 * A page of docs with a table in place of the one with the same first line.
 * @param page in Markdown
 * @param table without a line end
 * @throws if the page has no such table, or several
 */
export function replaceTable(page: string, table: string): string {
  const [heading] = table.split('\n');
  const lines = page.split('\n');
  const [start, second] = lines.flatMap((line, at) => (columnsOf(line) === columnsOf(heading!) ? at : []));
  if (start === undefined || second !== undefined)
    throw new Error(`There ${second ? 'are several tables' : 'is no table'} with the columns ${heading}`);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return [...lines.slice(0, start), table, ...lines.slice(end)].join('\n');
}

/** The columns of a line, however wide. */
const columnsOf = (line: string): string => line.replace(/ +/g, ' ');
