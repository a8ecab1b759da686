/** Why a response of the provider is refused. Its message is a fixed sentence, safe for logs and audit. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
