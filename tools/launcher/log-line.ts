import type { styleText } from 'node:util';

/** Colours a text; Node's `styleText`, which respects NO_COLOR. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const COLOURS = [
  'cyan',
  'green',
  'yellow',
  'magenta',
  'blueBright',
  'greenBright',
  'cyanBright',
  'magentaBright',
] as const;
/** The processes, in the order of their first lines. */
const processes: string[] = [];
const LEVELS = { fatal: 'red', error: 'red', warn: 'yellow', info: 'blue', debug: 'gray', trace: 'gray' } as const;
const MAX_NAME_LENGTH = 9;

/** The members that all lines of a process share, or that are shown elsewhere in the line. */
const HIDDEN_FIELDS = new Set(['time', 'level', 'msg', 'process', 'requestId', 'err', 'pid', 'hostname']);

/** Formats a line of a process for a terminal; a line that is not a JSON log of the project is unchanged. */
export function readableLine(process: string, line: string, paint: Paint): string {
  const prefix = paint(colourOf(process), process.padEnd(MAX_NAME_LENGTH));
  const entry = parsed(line);
  if (!entry) return `${prefix} ${line}`;

  const { time, level, msg, requestId, err } = entry;
  const details = Object.entries(entry).filter(([key, value]) => !HIDDEN_FIELDS.has(key) && value !== undefined);
  const fields = details.map(([key, value]) => `${key}=${formatted(value)}`);
  if (requestId) fields.push(`requestId=${formatted(requestId)}`);

  return [
    paint('gray', clock(time)),
    prefix,
    paint(LEVELS[level as keyof typeof LEVELS] ?? 'white', formatted(level).padEnd(5)),
    formatted(msg),
    fields.length > 0 ? paint('gray', fields.join(' ')) : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
    .concat(stackOf(err, paint));
}

/** The next colour for each process that is new. */
function colourOf(process: string): (typeof COLOURS)[number] {
  if (!processes.includes(process)) processes.push(process);
  return COLOURS[processes.indexOf(process) % COLOURS.length]!;
}

function formatted(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return entry && typeof entry === 'object' && 'level' in entry ? { ...entry } : undefined;
  } catch {
    return undefined;
  }
}

function clock(time: unknown): string {
  const at = new Date(time as string | number);
  if (Number.isNaN(at.getTime())) return '--:--:--.---';
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

function stackOf(error: unknown, paint: Paint): string {
  if (!error || typeof error !== 'object') return '';
  const { stack, message } = error as { stack?: string; message?: string };
  const text = stack ?? message ?? JSON.stringify(error);
  return `\n${paint('gray', text.replaceAll(/^/gm, '    '))}`;
}
