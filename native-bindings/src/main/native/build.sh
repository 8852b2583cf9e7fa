#!/bin/sh
# Builds libdisni.so and its SHA-256 for this machine's architecture.
#
#   build.sh OUTPUT_DIR JAVA_HOME [extra compiler flags]
#   build.sh --check                what is missing here to build it, in one line; exit code 1 if something is
#
# Writes OUTPUT_DIR/linux-<arch>/libdisni.so and libdisni.so.sha256. With SANITIZE=address in the
# environment the library is built for AddressSanitizer. CC names another compiler.
set -eu

: "${CC:=gcc}" "${SANITIZE:=}"

fail() {
    echo "native-bindings: $1" >&2
    exit 1
}

command -v "$CC" > /dev/null 2>&1 ||
    fail "no C compiler '$CC': apt-get install gcc libc6-dev libibverbs-dev librdmacm-dev"
printf '#include <infiniband/verbs.h>\n#include <rdma/rdma_cma.h>\n' |
    "$CC" -E - > /dev/null 2>&1 ||
    fail "the headers of rdma-core are missing: apt-get install libc6-dev libibverbs-dev librdmacm-dev"
[ "$1" != --check ] || exit 0

out=$1/linux-$(uname -m)
java_home=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$java_home/include/jni.h" ] ||
    fail "no jni.h below $java_home: point JAVA_HOME at a JDK (apt-get install openjdk-17-jdk-headless)"

library=$out/libdisni.so
# Nothing to do when no source is newer: the common case of an incremental build.
if [ -z "$SANITIZE" ] && [ $# -eq 0 ] && [ -f "$library.sha256" ] &&
    [ -z "$(find "$here" -newer "$library.sha256" -type f)" ]; then
    exit 0
fi

mkdir -p "$out"
flags="-std=gnu11 -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes
    -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -ffile-prefix-map=$here=."
link="-shared -Wl,-soname,libdisni.so -Wl,--no-undefined -Wl,-z,relro,-z,now,-z,noexecstack"
if [ -n "$SANITIZE" ]; then
    # The sanitizer's own symbols come from the preloaded run-time library, and it forbids fortify.
    flags="$flags -g -U_FORTIFY_SOURCE -fno-omit-frame-pointer -fsanitize=$SANITIZE"
    link="-shared -Wl,-soname,libdisni.so -fsanitize=$SANITIZE"
fi
# shellcheck disable=SC2086 # the flags are words
"$CC" $flags "$@" -I"$java_home/include" -I"$java_home/include/linux" "$here"/*.c \
    $link -o "$library.new" -lrdmacm -libverbs
mv "$library.new" "$library"
(cd "$out" && sha256sum libdisni.so | cut -d ' ' -f 1 > libdisni.so.sha256)
