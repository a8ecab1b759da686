import { isolation } from './databases/isolation.ts';
import { oneQuestion } from './databases/one-question.ts';

await oneQuestion();
await isolation();
