import { StringDecoder } from 'node:string_decoder';
import { fileProblem, MAX_ROW_BYTES } from './row.ts';

/** How a program writes CSV. */
export interface CsvDialect {
  /** A comma; a semicolon, where spreadsheets need the comma for decimals; or a tab. */
  delimiter: string;
  /** The lines before the header: Excel's `sep=;`, PowerShell's `#TYPE`. */
  preambleLines: number;
}

const DELIMITERS = [',', ';', '\t'] as const;
const SEPARATOR = /^sep=([,;\t])$/;
const TYPE = /^#TYPE /;

/**
 * Finds the dialect of a CSV file by its header, whose columns are known.
 * @returns the dialect, and the whole content
 * @throws {GatewayError} BAD_REQUEST for lines that end in CR alone
 */
export async function csvDialect(
  source: AsyncIterable<Buffer>,
  columns: readonly string[],
): Promise<{ dialect: CsvDialect; content: AsyncGenerator<Buffer> }> {
  const rest = source[Symbol.asyncIterator]();
  const start: Buffer[] = [];
  const search = new DialectSearch(columns);
  async function* content() {
    try {
      yield* start;
      yield* { [Symbol.asyncIterator]: () => rest };
    } finally {
      await rest.return?.();
    }
  }
  try {
    for (;;) {
      const { value, done } = await rest.next();
      if (!done) start.push(value);
      const dialect = done ? search.end() : search.add(value);
      if (dialect) return { dialect, content: content() };
    }
  } catch (error) {
    await rest.return?.();
    throw error;
  }
}

class DialectSearch {
  private readonly decoder = new StringDecoder();
  private line = '';
  private size = 0;
  private lines = 0;
  private preambleLines = 0;
  private separator: string | undefined;

  constructor(private readonly columns: readonly string[]) {}

  /** The dialect; undefined if more of the file is needed. */
  add(chunk: Buffer): CsvDialect | undefined {
    this.size += chunk.length;
    if (this.size > MAX_ROW_BYTES) return this.end();
    const [first = '', ...others] = this.decoder.write(chunk).split('\n');
    this.line += first;
    for (const next of others) {
      const dialect = this.dialectOfLine();
      if (dialect) return dialect;
      this.line = next;
    }
    return undefined;
  }

  end(): CsvDialect {
    return this.dialectOfLine() ?? this.dialect(',');
  }

  /** The dialect, if the line is the header. */
  private dialectOfLine(): CsvDialect | undefined {
    this.lines += 1;
    const line = this.line.replace(/^\uFEFF/, '').replace(/\r$/, '');
    if (line.includes('\r')) {
      const reason = 'Lines must end in LF or CRLF, not in CR';
      throw fileProblem('BAD_REQUEST', { line: this.lines, column: null, reason });
    }
    const separator = SEPARATOR.exec(line)?.[1];
    if (separator || TYPE.test(line)) {
      this.separator ??= separator;
      this.preambleLines += 1;
      return undefined;
    }
    return line.trim() ? this.dialect(this.delimiterOf(line)) : undefined;
  }

  private dialect(delimiter: string): CsvDialect {
    return { delimiter: this.separator ?? delimiter, preambleLines: this.preambleLines };
  }

  /** The delimiter that separates most of the columns in a header. */
  private delimiterOf(header: string): string {
    const isColumn = (name: string) => this.columns.includes(name.replaceAll('"', '').trim());
    const found = (delimiter: string) => header.split(delimiter).filter(isColumn).length;
    return DELIMITERS.reduce((best, delimiter) => (found(delimiter) > found(best) ? delimiter : best));
  }
}
