import type { Logger } from '#libs/observe';
import { ObjectStorage, openObjectStorage, type S3Credentials } from '#libs/object-storage';
import { Redis } from '#libs/redis';
import { DetachedWork } from '#libs/upstream';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from './config.ts';
import { OneStorage } from './one-storage.ts';

/** Gives every provider the storage of files. */
@Global()
@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(
    private readonly storage: ObjectStorage,
    private readonly work: DetachedWork,
  ) {}

  static of(config: Config, logger: Logger): DynamicModule {
    const storage = {
      provide: ObjectStorage,
      useFactory: () => openObjectStorage(config.STORAGE_URL, keyIn(config)),
    };
    const one = {
      provide: OneStorage,
      inject: [ObjectStorage, Redis],
      useFactory: (used: ObjectStorage, redis: Redis | null) =>
        new OneStorage(used.identity, redis, logger, config.NODE_ENV === 'production'),
    };
    return { module: StorageModule, providers: [storage, one], exports: [ObjectStorage] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.work.settled();
    await this.storage.close();
  }
}

const keyIn = ({
  STORAGE_ACCESS_KEY_ID: id,
  STORAGE_SECRET_ACCESS_KEY: secret,
}: Config): S3Credentials | undefined => (id && secret ? { accessKeyId: id, secretAccessKey: secret } : undefined);
