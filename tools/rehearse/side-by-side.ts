/** Figures of one method, as `POST /admin/rehearse` answers them. */
export interface Side {
  calls: number;
  [figure: string]: number | Record<string, number | null>;
}

/** The answer of `POST /admin/rehearse`. */
export interface Report {
  workers: number;
  seconds: number;
  upstreams: { name: string; methods: { method: string; was: Side; would: Side; unmeasured: number }[] }[];
}

const WIDTH = 12;

/** Prints every method with its figures in two columns: what was, and what would have been. */
export function figuresSideBySide({ workers, seconds, upstreams }: Report): string {
  const lines = [`The calls of the last ${seconds} s in ${workers === 1 ? 'one process' : `${workers} workers`}:`];
  for (const { name, methods } of upstreams)
    for (const { method, was, would, unmeasured } of methods) {
      lines.push('', `${name} ${method}  ${was.calls} calls`, row('', 'was', 'would be'));
      for (const [count, value] of Object.entries(was)) {
        if (count === 'calls') continue;
        const other = would[count]!;
        if (typeof value === 'number') lines.push(row(words(count), value, other as number));
        else
          for (const [quantile, ms] of Object.entries(value))
            lines.push(
              row(`${quantile} in ms`, ms ?? '–', (other as Record<string, number | null>)[quantile] ?? '–'),
            );
      }
      if (unmeasured)
        lines.push(`  ${unmeasured} tries would have taken longer than any that was measured: they hang here.`);
    }
  return `${lines.join('\n')}\n`;
}

const row = (what: string, was: string | number, would: string | number): string =>
  `  ${what.padEnd(WIDTH)}${String(was).padStart(WIDTH)}${String(would).padStart(WIDTH)}`;

/** `timedOut` as words. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
