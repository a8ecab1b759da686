export { CallLog, type CallLogOptions } from './call-log.ts';
export { addFigures, type Counts, type Figures, type MethodFigures, noFigures, quantileOf } from './figures.ts';
export type { Recording } from './recording.ts';
export { rehearse } from './rehearse.ts';
export type { Candidate } from './simulate.ts';
