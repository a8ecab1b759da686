export {
  type Degrade,
  gather,
  type Gathered,
  joined,
  lackingIn,
  optional,
  type Part,
  type Parts,
  required,
} from './gather.ts';
export { reasonOf } from './reason.ts';
