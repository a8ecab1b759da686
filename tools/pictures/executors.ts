import { readFileSync } from 'node:fs';
import { box, COLORS, picture, text } from './svg.ts';

const PAGE = 'docs/graphql-over-http.md';
const RUNNERS = {
  'answer writer': COLORS.green,
  'Apollo Server': COLORS.blue,
  'graphql-js': COLORS.violet,
  nobody: COLORS.red,
} as const;
type Runner = keyof typeof RUNNERS;

const [WIDTH, ROW, TOP] = [760, 30, 92];
const [NAMES, COLUMN] = [340, 100];

/** Which requests meet Apollo Server, from the table that test/graphql/who-answers.spec.ts holds to real requests. */
export function executors(): string {
  const table = readFileSync(PAGE, 'utf8')
    .split(/^## /m)
    .find((section) => section.startsWith('Executors'))!;
  const rows = [...table.matchAll(/^\| (an? [^|]+|introspection[^|]+) \| ([^|]+) \|$/gm)].map(
    ([, request, runner]) => ({ request: request!.replaceAll('`', ''), runner: runner as Runner }),
  );
  const runners = Object.keys(RUNNERS) as Runner[];
  const center = (runner: Runner) => NAMES + COLUMN * (runners.indexOf(runner) + 0.5);
  return picture('Which requests meet Apollo Server', WIDTH, TOP + rows.length * ROW + 16, [
    text(24, 30, 'Who runs a GraphQL request', { size: 15, weight: 600 }),
    runners.map((runner) =>
      text(center(runner), 66, runner, { anchor: 'middle', weight: 600, color: RUNNERS[runner], size: 11 }),
    ),
    rows.map(({ request, runner }, n) => {
      const y = TOP + n * ROW;
      return [
        n % 2 === 0 && box(12, y - ROW / 2, WIDTH - 24, ROW, COLORS.ground),
        text(24, y, request),
        box(center(runner) - 22, y - 7, 44, 14, RUNNERS[runner], { radius: 7, label: `${request}: ${runner}` }),
      ];
    }),
  ]);
}
