const FENCE = /^```text output\n([^]*?)^```$/m;

/** The output that a page of docs/study shows; undefined if it shows none. */
export function outputIn(page: string): string | undefined {
  return FENCE.exec(page)?.[1];
}

/** The page with another output. */
export function withOutput(page: string, output: string): string {
  return page.replace(FENCE, () => `\`\`\`text output\n${output.trimEnd()}\n\`\`\``);
}

/**
 * Where the output of a run differs from that of the page. Lines of measurements, which begin with `~`, may have other
 * values, but not be missing. A part that this machine cannot run ("not run: …") is not compared.
 * @returns undefined if it does not
 */
export function difference(written: string, printed: string): string | undefined {
  const [there, here] = [partsOf(written), partsOf(printed)];
  const skipped = [...here].filter(([, lines]) => lines.some(isNotRun)).map(([title]) => title);
  const [expected, actual] = [there, here].map((parts) =>
    [...parts].flatMap(([title, lines]) => (skipped.includes(title) ? [title] : [title, ...lines])),
  );
  const index = Array.from({ length: Math.max(expected!.length, actual!.length) }).findIndex(
    (_, line) => withoutValues(expected![line]) !== withoutValues(actual![line]),
  );
  return index < 0
    ? undefined
    : `the run printed\n  ${actual![index] ?? '(nothing)'}\nwhere the page has\n  ${expected![index] ?? '(nothing)'}`;
}

/** Whether a part of the proof did not run here. */
const isNotRun = (line: string): boolean => line.startsWith('not run: ');

/** The lines below each heading. */
function partsOf(output: string): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of output.trimEnd().split('\n')) {
    if (line.startsWith('# ')) parts.set(line, (lines = []));
    else if (parts.size) lines.push(line);
    else parts.set('', (lines = [line]));
  }
  return parts;
}

const withoutValues = (line: string | undefined) => (line?.startsWith('~') ? '~' : line);
