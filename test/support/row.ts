import { appendFileSync } from 'node:fs';

/** A goal of a row, and what was measured. */
export interface Finding {
  row: string;
  what: string;
  goal: string;
  measured: string;
  isMet: boolean;
}

/** The goals of one fault: each is printed as it is measured, and in the table at the end of `npm run test:faults`. */
export class Row {
  private readonly findings: Finding[] = [];

  constructor(private readonly name: string) {}

  /** Notes what was measured for a goal. */
  note(what: string, goal: string, measured: string, isMet: boolean): void {
    const finding = { row: this.name, what, goal, measured, isMet };
    this.findings.push(finding);
    process.stdout.write(`${isMet ? 'met   ' : 'MISSED'} ${this.name}: ${what}: ${measured} (goal ${goal})\n`);
    const file = process.env['FAULTS_TABLE'];
    if (file) appendFileSync(file, `${JSON.stringify(finding)}\n`);
  }

  /** Notes a number that must not exceed another. */
  upTo(what: string, max: number, measured: number, unit = 'ms'): void {
    this.note(what, `≤ ${rounded(max)} ${unit}`, `${rounded(measured)} ${unit}`, measured <= max);
  }

  /** Notes how many of how many are as they should be: all. */
  all<T>(what: string, things: readonly T[], isRight: (thing: T) => boolean): void {
    const right = things.filter(isRight).length;
    this.note(what, 'all', `${right} of ${things.length}`, things.length > 0 && right === things.length);
  }

  /** The goals that were missed, in words. */
  get missed(): string[] {
    return this.findings
      .filter(({ isMet }) => !isMet)
      .map(({ what, goal, measured }) => `${what}: ${measured}, not ${goal}`);
  }
}

const rounded = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
