import { existsSync } from 'node:fs';
import { firstMatch, type NeighbourProgram, output } from './programs.ts';

/** Debian's Python, which has Debian's libraries. */
export const PYTHON = '/usr/bin/python3';

const pythonLibrary = (name: string, module: string, packages: readonly string[]): NeighbourProgram => ({
  name,
  packages,
  version: () => output(PYTHON, '-W', 'ignore', '-c', `import ${module}; print(${module}.__version__)`),
});

/** The web framework, with Werkzeug's server. */
export const flask = pythonLibrary('Flask', 'flask', ['python3-flask']);

/** The web framework with the server of its `runserver`. */
export const django = pythonLibrary('Django', 'django', ['python3-django']);

/** A server of WSGI applications. */
export const gunicorn: NeighbourProgram = {
  name: 'gunicorn',
  packages: ['gunicorn', 'python3-flask'],
  version: () => firstMatch(/version (\S+?)\)?$/, output('gunicorn', '--version')),
};

/** The web framework with its own server. */
export const aiohttp = pythonLibrary('aiohttp', 'aiohttp', ['python3-aiohttp']);

/** The web framework, with uvicorn as its server. */
export const fastapi = pythonLibrary('FastAPI', 'fastapi', ['python3-fastapi', 'python3-uvicorn']);

/** Go, with the server of its standard library. */
export const goCompiler: NeighbourProgram = {
  name: 'Go',
  packages: ['golang-go'],
  version: () => firstMatch(/go version go(\S+)/, output('go', 'version')),
};

/** The server that Ruby once came with. */
export const webrick: NeighbourProgram = {
  name: 'WEBrick',
  packages: ['ruby', 'ruby-webrick'],
  version: () => output('ruby', '-e', "require 'webrick'; puts WEBrick::VERSION"),
};

/** The default server of Rails. */
export const puma: NeighbourProgram = {
  name: 'Puma',
  packages: ['puma'],
  version: () => firstMatch(/version (\S+)/, output('puma', '--version')),
};

/** PHP, with its own server. */
export const php: NeighbourProgram = {
  name: 'PHP',
  packages: ['php-cli'],
  version: () => firstMatch(/PHP (\S+)/, output('php', '-v')),
};

/** The module of PHP within Apache. */
export const modPhp: NeighbourProgram = {
  name: 'mod_php',
  packages: ['libapache2-mod-php', 'apache2-bin'],
  version: () =>
    firstMatch(
      /libphp(\S+)\.so/,
      output('sh', '-c', 'ls /usr/lib/apache2/modules | grep ^libphp && command -v apache2'),
    ),
};

const perlLibrary = (name: string, packageName: string): NeighbourProgram => ({
  name,
  packages: [packageName],
  version: () => output('perl', `-M${name}`, '-e', `print $${name}::VERSION`),
});

/** The web framework of Perl with its own server. */
export const mojolicious = perlLibrary('Mojolicious', 'libmojolicious-perl');

/** A server of PSGI applications. */
export const starman = perlLibrary('Starman', 'starman');

/** Java, with the server of its standard library. */
export const java: NeighbourProgram = {
  name: 'Java',
  packages: ['default-jdk-headless'],
  version: () => firstMatch(/javac (\S+)/, output('javac', '-version')),
};

/** Debian's libraries of Tomcat within a program. */
export const TOMCAT = ['/usr/share/java/tomcat10-embed-core.jar', '/usr/share/java/jakarta-annotation-api.jar'];

/** The servlet container. */
export const tomcat: NeighbourProgram = {
  name: 'Tomcat',
  packages: ['default-jdk-headless', 'libtomcat10-embed-java', 'libjakarta-annotation-api-java'],
  version: () =>
    TOMCAT.every((jar) => existsSync(jar))
      ? output('dpkg-query', '--show', '--showformat=${Version}', 'libtomcat10-embed-java')
      : undefined,
};

/** Debian's libraries of Jetty within a program. */
export const JETTY = [
  ...['http', 'io', 'security', 'server', 'servlet', 'util'].map((part) => `/usr/share/java/jetty9-${part}.jar`),
  '/usr/share/java/servlet-api.jar',
];

/** The servlet container with its gzip handler. */
export const jetty: NeighbourProgram = {
  name: 'Jetty',
  packages: ['default-jdk-headless', 'libjetty9-java', 'libservlet-api-java'],
  version: () =>
    JETTY.every((jar) => existsSync(jar))
      ? output('dpkg-query', '--show', '--showformat=${Version}', 'libjetty9-java')
      : undefined,
};

/** The C++ library of gRPC, with its code generator. */
export const grpcCpp: NeighbourProgram = {
  name: 'grpc++',
  packages: [
    'g++',
    'pkg-config',
    'libgrpc++-dev',
    'libprotobuf-dev',
    'protobuf-compiler',
    'protobuf-compiler-grpc',
  ],
  version: () =>
    existsSync('/usr/bin/grpc_cpp_plugin') && output('g++', '--version')
      ? output('pkg-config', '--modversion', 'grpc++')
      : undefined,
};

const debianJar = (name: string): string => `/usr/share/java/${name}.jar`;

/** Debian's libraries of grpc-java on Netty, with those they need. */
export const GRPC_JAVA = [
  ...['api', 'core', 'context', 'netty', 'stub'].map((part) => `grpc-${part}`),
  ...[
    'common',
    'buffer',
    'codec',
    'codec-http',
    'codec-http2',
    'handler',
    'handler-proxy',
    'resolver',
    'transport',
  ].map((part) => `netty-${part}`),
  'netty-transport-native-epoll',
  'netty-transport-native-unix-common',
  'protobuf',
  'guava',
  'gson',
  'perfmark-api',
].map(debianJar);

/** grpc-java with the compiler. */
export const grpcJava: NeighbourProgram = {
  name: 'grpc-java',
  packages: [
    'default-jdk-headless',
    'libgrpc-java',
    'libnetty-java',
    'libprotobuf-java',
    'libguava-java',
    'libperfmark-java',
    'libgoogle-gson-java',
  ],
  version: () =>
    GRPC_JAVA.every((jar) => existsSync(jar))
      ? output('dpkg-query', '--show', '--showformat=${Version}', 'libgrpc-java')
      : undefined,
};
