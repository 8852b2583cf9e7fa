# Packages that are missing, installed by apt. Sourced by ./geminid and ci-soft-roce, which both define 'say'.
# shellcheck shell=bash

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif [[ -t 0 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# Can packages be installed here at all?
has_apt() { command -v apt-get >/dev/null && { ((EUID == 0)) || command -v sudo >/dev/null; }; }

# apt's output goes to standard error: standard output belongs to the command.
apt_update() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt-get update failed; going on with the old lists"
}

apt_get_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# Installs packages "$@". Most often it fails for want of package lists, or because they are old: then it fetches them.
apt_install() {
    apt_get_install "$@" >/dev/null 2>&1 || { apt_update && apt_get_install "$@" >&2; }
}

# Prints those of the packages "$@" that are not installed.
missing_packages() {
    local installed package
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for package; do
        grep -qx "$package installed" <<<"$installed" || echo "$package"
    done
}
