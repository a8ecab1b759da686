import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What a provider keeps, in a map that outlives it: it can be started again with other keys. */
export class KeptAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly kept: Map<string, AdapterPayload>,
  ) {}

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.kept.set(this.key(id), { ...payload, jti: id });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.kept.get(this.key(id));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.all().find(([, payload]) => payload.uid === uid)?.[1];
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.all().find(([, payload]) => payload.userCode === userCode)?.[1];
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.kept.delete(this.key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of this.all()) if (payload.grantId === grantId) this.kept.delete(key);
  }

  private all() {
    return [...this.kept].filter(([key]) => key.startsWith(`${this.model}:`));
  }

  private key(id: string): string {
    return `${this.model}:${id}`;
  }
}
