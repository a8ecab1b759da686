import { execFileSync } from 'node:child_process';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { html, type Html } from '#libs/html';
import { picture } from './svg.ts';

const [WIDTH, LINE, LEFT, TOP, COLUMNS] = [860, 19, 20, 44, 106];
/** How the recording goes on: a character typed, a pause before an answer, a pause after it; in seconds. */
const [TYPED_S, BEFORE_S, AFTER_S, END_S] = [0.03, 0.3, 1.6, 5];
/** Longer than the answers of the page are fresh. */
const FRESH_MS = 3_000;
const COLUMNS_OF = new RegExp(`.{1,${COLUMNS}}`, 'g');
const FIELDS = 'user.name,recentOrders.id,degraded';

interface Step {
  /** As it is shown. */
  command: string;
  /** What it printed; undefined for a comment. */
  output?: string;
}

/** Kill a service, as the README has it: commands that were run, and what they printed. */
export async function terminal(): Promise<string> {
  const shop = await RealShop.open(async () => ({ CACHE: 'on' }));
  try {
    const token = shop.access.of('u1').authorization.replace('Bearer ', '');
    const home = `curl -s "$ATRIUM/v1/home?fields=${FIELDS}" -H "Authorization: Bearer $TOKEN"`;
    const orders = 'curl -s "$ATRIUM/v1/orders?first=1&fields=items.id" -H "Authorization: Bearer $TOKEN"';
    const run = (command: string): Step => ({
      command,
      output: execFileSync('sh', ['-c', command], {
        env: { ...process.env, ATRIUM: shop.url, TOKEN: token },
        encoding: 'utf8',
      }),
    });
    const steps = [{ command: '# The home page needs three services.' }, run(home)];
    const service = shop.processes.get('orders')!;
    const killed = { command: 'kill -9 $ORDERS_PID', output: '' };
    await service.end('SIGKILL');
    // Answers that are fresh enough are not asked again.
    await passed(FRESH_MS);
    steps.push({ command: '# One of them dies.' }, killed, run(home));
    steps.push(
      { command: '# The page stays a 200: a remembered part says its age. The list needs the service:' },
      run(orders),
    );
    await shop.start('orders');
    await shop.breakerIs('orders', 'ListRecentOrders', (state) => state !== 'OPEN');
    steps.push({ command: 'npm run start:orders &', output: '' }, run(orders));
    return drawn(steps);
  } finally {
    await shop.close();
  }
}

interface Line {
  text: string;
  /** When it appears, in seconds. */
  at: number;
  kind: 'command' | 'comment' | 'output';
}

/** The lines of a text in a terminal with so many columns. */
const lineOf = (text: string, at: number, kind: Line['kind']): Line[] =>
  text.split('\n').flatMap((line) => (line.match(COLUMNS_OF) ?? []).map((part) => ({ text: part, at, kind })));

function drawn(steps: readonly Step[]): string {
  let at = 0.5;
  const lines = steps.flatMap(({ command, output }) => {
    const isComment = command.startsWith('#');
    const typed = lineOf(isComment ? command : `$ ${command}`, at, isComment ? 'comment' : 'command');
    at += command.length * TYPED_S + BEFORE_S;
    const printed = lineOf(output?.trim() ?? '', at, 'output');
    if (!isComment) at += AFTER_S;
    return [...typed, ...printed];
  });
  const height = TOP + lines.length * LINE + 20;
  const seconds = at + END_S;
  return picture('A terminal: orders is killed, and the home page goes on', WIDTH, height, [
    STYLE,
    html`<rect width="${WIDTH}" height="${height}" rx="8" fill="#16202b" />`,
    ['#ff5f57', '#febc2e', '#28c840'].map(
      (color, n) => html`<circle cx="${22 + n * 18}" cy="20" r="5.5" fill="${color}" />`,
    ),
    lines.map((line, n) => drawnLine(line, TOP + n * LINE + 8, seconds)),
  ]);
}

const STYLE = html`<style>
  text {
    font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace;
    font-size: 12.5px;
  }
</style> `;
const COLOR_OF = { command: '#e6edf3', comment: '#8b98a5', output: '#7ee2a8' };

/** A line that appears at its time in each round. Without animations it is always there. */
function drawnLine({ text, at, kind }: Line, y: number, seconds: number): Html {
  const share = (at / seconds).toFixed(4);
  return html`<text x="${LEFT}" y="${y}" fill="${COLOR_OF[kind]}">
    ${text}<animate
      attributeName="opacity"
      dur="${seconds.toFixed(1)}s"
      values="0;1;1"
      keyTimes="0;${share};1"
      calcMode="discrete"
      repeatCount="indefinite"
    />
  </text> `;
}
