import { appendFileSync } from 'node:fs';

/** A goal of a row, with the measured value. */
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

  /** Records the measured value of a goal. */
  note(what: string, goal: string, measured: string, isMet: boolean): void {
    const finding = { row: this.name, what, goal, measured, isMet };
    this.findings.push(finding);
    process.stdout.write(`${isMet ? 'met   ' : 'MISSED'} ${this.name}: ${what}: ${measured} (goal ${goal})\n`);
    const file = process.env['FAULTS_TABLE'];
    if (file) appendFileSync(file, `${JSON.stringify(finding)}\n`);
  }

  /** Records a number that must not exceed a limit. */
  upTo(what: string, max: number, measured: number, unit = 'ms'): void {
    this.note(what, `≤ ${rounded(max)} ${unit}`, `${rounded(measured)} ${unit}`, measured <= max);
  }

  /** Records how many items satisfy a condition; the goal is all. */
  all<T>(what: string, things: readonly T[], isRight: (thing: T) => boolean): void {
    const right = things.filter(isRight).length;
    this.note(what, 'all', `${right} of ${things.length}`, things.length > 0 && right === things.length);
  }

  /** Descriptions of the missed goals. */
  get missed(): string[] {
    return this.findings
      .filter(({ isMet }) => !isMet)
      .map(({ what, goal, measured }) => `${what}: ${measured}, not ${goal}`);
  }
}

const rounded = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
