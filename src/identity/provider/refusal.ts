/** Why what the provider answers is not taken. Its message is a fixed sentence: it is in logs and in the audit. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
