export { type Degrade, gather, type Gathered, optional, type Part, type Parts, required } from './gather.ts';
export { reasonOf } from './reason.ts';
