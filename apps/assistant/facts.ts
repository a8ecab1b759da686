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

/** What it is told of the shop; null is what is not known. */
export type Facts = z.output<typeof facts>;

/** The facts in a text: its JSON object. Without one nothing is known. */
export function factsIn(text: string): Facts {
  const json = /\{.*\}/s.exec(text)?.[0];
  try {
    return facts.parse(JSON.parse(json ?? '{}'));
  } catch {
    return facts.parse({});
  }
}
