// Docker's HEALTHCHECK: exits 0 if the gRPC service on this machine's PORT (or the argument) reports SERVING.
import { credentials, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

const port = process.argv[2] ?? process.env['PORT'];
const HealthClient = makeGenericClientConstructor(service as never, 'Health');
const client = new HealthClient(`127.0.0.1:${port}`, credentials.createInsecure());

client['check']!(
  { service: '' },
  { deadline: Date.now() + 2_000 },
  (error: ServiceError | null, answer?: { status: string }) => {
    client.close();
    if (error) process.stderr.write(`${error.message}\n`);
    process.exitCode = answer?.status === 'SERVING' ? 0 : 1;
  },
);
