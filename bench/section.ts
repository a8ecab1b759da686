/** A table of a run besides that of the contenders. */
export interface Section {
  title: string;
  head: string[];
  rows: string[][];
  /** What missed its goal, in words. */
  missed: string[];
}

export const micros = (value: number): string => `${value.toFixed(0)} µs`;
export const times = (value: number): string => `${value.toFixed(2)} ×`;
export const ms = (value: number): string => `${value.toFixed(1)} ms`;
