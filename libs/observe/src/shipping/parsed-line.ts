/** A line of pino with what every protocol needs of it. */
export interface ParsedLine {
  fields: Readonly<Record<string, unknown>>;
  level: string;
  /** Nanoseconds since the epoch, in decimal. */
  nanoseconds: string;
}

/** Reads a line. One that is not JSON is sent too, as its message. */
export function parsedLine(text: string): ParsedLine {
  const fields = fieldsOf(text);
  const { level, time } = fields;
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return {
    fields,
    level: typeof level === 'string' ? level : 'info',
    nanoseconds: `${Number.isNaN(ms) ? Date.now() : ms}000000`,
  };
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // Nothing of ours writes such a line; it is not lost all the same.
  }
  return { msg: text };
}
