import { buildImage } from './image/build-image.ts';
import { baseImage } from './image/base-image.ts';
import { missingTools } from './image/buildah.ts';
import { readOptions } from './launcher/read-options.ts';

const HELP = `npm run image -- [flags]

Builds an image of the Dockerfile with buildah, without a container engine. The base image is made by debootstrap: Debian
bookworm with the pinned Node, once a release of Node. Needs root, Linux, and the packages buildah and debootstrap.

--target NAME    the stage of the Dockerfile: gateway (default), gateway-distroless, users, orders, products, reviews, assistant
--tag NAME       the name of the image; atrium/TARGET by default
--base IMAGE     builds on this image in place of one made here, for example docker.io/library/node:26.12.1-slim
--sbom FILE      writes the bill of materials of the image (CycloneDX) to a file, too
--archive FILE   writes the image to a file that "docker load" reads
--help           this text
`;

const { values } = readOptions(HELP, {
  options: {
    target: { type: 'string', default: 'gateway' },
    tag: { type: 'string' },
    base: { type: 'string' },
    sbom: { type: 'string' },
    archive: { type: 'string' },
  },
});

const missing = missingTools(values.base === undefined);
if (missing) {
  process.stderr.write(`${missing}\n`);
  process.exitCode = 1;
} else {
  const { target, tag = `atrium/${target}`, base = await baseImage(), sbom, archive } = values;
  const { seconds, bytes } = await buildImage({ target, tag, base, sbom, archive });
  process.stdout.write(`${tag}: ${Math.round(bytes / 1e6)} MB, built in ${seconds.toFixed(0)} s\n`);
}
