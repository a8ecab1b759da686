// Loaded with --import before the TypeScript of this folder, which an older Node cannot even read.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Atrium needs Node 24 or later, and this is ${process.version} on ${process.platform} ${process.arch}.`,
  );
  console.error('npm installs a Node of its own on Linux and on Apple silicon: run `npm ci` there.');
  console.error('Elsewhere install Node 26 (.nvmrc names it) and try again.');
  process.exit(1);
}
