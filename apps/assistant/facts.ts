import { z } from 'zod';

const facts = z.object({
  orders: z
    .array(z.object({ id: z.string(), status: z.string(), total: z.string(), items: z.array(z.string()) }))
    .nullable()
    .default(null),
  products: z
    .array(z.object({ name: z.string(), price: z.string(), inStock: z.boolean() }))
    .nullable()
    .default(null),
});

/** The facts about the shop; null is unknown. */
export type Facts = z.output<typeof facts>;

/** Parses the facts in a text: its JSON object. Without one, all are unknown. */
export function factsIn(text: string): Facts {
  const json = /\{.*\}/s.exec(text)?.[0];
  try {
    return facts.parse(JSON.parse(json ?? '{}'));
  } catch {
    return facts.parse({});
  }
}
