# Shared by prepare, run-in-guest and self-test: names, messages, root, the cache. Sourced, not run.
# shellcheck shell=bash

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
ROOT=$(dirname "$HERE")
# depmod, modprobe and ip are there, and a user's PATH often leaves it out.
PATH=$PATH:/usr/sbin:/sbin

# What run-in-guest returns when the command has no exit code of its own to give.
# shellcheck disable=SC2034 # used by those who source this
EXIT_NO_STATUS=125

# What qemu returns when the guest ends as it should: it writes 42 to the isa-debug-exit device, and 2 * 42 + 1 comes out.
QEMU_ORDERLY=85

say() { printf 'ci-soft-roce: %s\n' "$*" >&2; }

die() {
    local code=$1
    shift
    say "$*"
    exit "$code"
}

# Can this user become root without being asked anything?
can_be_root() { ((EUID == 0)) || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

# shellcheck source=../build-support/apt.bash
. "$ROOT/build-support/apt.bash"

# Runs "$@" as a child that the kernel kills when this shell dies, however it dies. Put it in the background with &.
# The inner shell closes a gap: had this one died before setpriv asked for the signal, nobody would send it any more.
bound_to_me() {
    # shellcheck disable=SC2016
    exec setpriv --pdeathsig KILL bash -c '[[ $PPID == "$1" ]] || exit 1; shift; exec "$@"' bound "$$" "$@"
}

# Where kernel and initramfs are kept between runs. In the checkout when the user has no home.
cache_dir() {
    if [[ -n ${GEMINID_GUEST_CACHE:-} ]]; then
        echo "$GEMINID_GUEST_CACHE"
    elif [[ -n ${XDG_CACHE_HOME:-} ]]; then
        echo "$XDG_CACHE_HOME/geminid/guest"
    elif [[ -n ${HOME:-} && -w $HOME ]]; then
        echo "$HOME/.cache/geminid/guest"
    else
        echo "$ROOT/target/guest"
    fi
}

CACHE=$(cache_dir)

# The initramfs depends on these two files and on the kernel, nothing else.
initramfs_hash() { cat "$HERE/prepare" "$HERE/guest/init" | sha256sum | cut -c1-16; }

# Sets RELEASE, KERNEL and INITRAMFS to what prepare has made, or fails.
find_boot_files() {
    [[ -r $CACHE/release ]] || return 1
    RELEASE=$(<"$CACHE/release")
    KERNEL=$CACHE/$RELEASE/kernel
    INITRAMFS=$CACHE/$RELEASE/initramfs-$(initramfs_hash)
    [[ -s $KERNEL && -s $INITRAMFS ]]
}

# Does a guest with $1 as qemu's -accel, $2 as its -cpu and kernel $3 reach its init within $4 seconds?
reaches_init() {
    local code=0
    {
        bound_to_me timeout -k 1 "$4" setpriv --pdeathsig KILL qemu-system-x86_64 -accel "$1" -cpu "$2" -m 512 -smp 2 \
            -machine pc -nodefaults -no-user-config -display none -no-reboot -device 'isa-debug-exit,iobase=0xf4,iosize=0x04' \
            -kernel "$3" -initrd "$INITRAMFS" -append 'quiet panic=-1 geminid.probe' </dev/null >/dev/null 2>&1 &
        wait $! || code=$?
    } 2>/dev/null # bash would tell of a qemu that aborts
    ((code == QEMU_ORDERLY))
}
