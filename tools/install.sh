# Shared by ./start and ./check: installs Debian packages and the Python environment.
# Each step is skipped when it was done before.
# shellcheck shell=sh disable=SC3013  # -nt: every sh on the systems of the README has it

say() { printf '%s\n' "-- $*" >&2; }

die() {
    printf '%s\n' "$*" >&2
    exit 2
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        die "This needs root once, to run: $*. Run it as root, or install sudo."
    fi
}

# install_system PACKAGE...: Debian, Ubuntu and Raspberry Pi OS; with Homebrew only PortAudio.
install_system() {
    if command -v apt-get >/dev/null 2>&1; then
        missing=""
        for package in "$@"; do
            dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" ||
                missing="$missing $package"
        done
        [ -z "$missing" ] && return 0
        say "Installing Debian packages:$missing"
        as_root apt-get update -qq || die "apt-get update failed: is there a network?"
        # shellcheck disable=SC2086
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null ||
            die "These Debian packages could not be installed:$missing"
    elif command -v brew >/dev/null 2>&1; then
        brew list portaudio >/dev/null 2>&1 || {
            say "Installing PortAudio with Homebrew"
            brew install --quiet portaudio
        }
    else
        say "Neither apt-get nor brew here; these must be on the machine already: $*"
    fi
}

# find_python: the first Python that fits and can make an environment; on Debian and Ubuntu a
# Python that is not the system's own may lack ensurepip.
find_python() {
    for candidate in python3.11 python3.12 python3.13 python3; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
            2>/dev/null && {
            printf '%s' "$candidate"
            return 0
        }
    done
    die "Python 3.11, 3.12 or 3.13 is needed, with its venv module."
}

# The folder that .venv was made in, which it names: its programs do not work from another.
place=.venv/.place

# installed_python runtime|dev: true when nothing has changed since .venv was made.
installed_python() {
    stamp=".venv/.installed-$1"
    [ -f "$stamp" ] && [ "$stamp" -nt pyproject.toml ] && [ "$stamp" -nt "requirements-$1.lock" ] &&
        [ "$(cat "$place" 2>/dev/null)" = "$PWD" ]
}

# usable_environment: false when .venv has no working pip, as after a broken-off install, or when
# its folder was moved.
usable_environment() {
    [ ! -f "$place" ] || [ "$(cat "$place")" = "$PWD" ] || return 1
    .venv/bin/python -m pip --version >/dev/null 2>&1
}

# install_python runtime|dev: a virtual environment in .venv, brought up to date when pyproject.toml
# or the lock changes.
install_python() {
    kind=$1
    installed_python "$kind" && return 0
    usable_environment || {
        python=$(find_python)
        say "Making a Python environment in .venv"
        "$python" -m venv --clear .venv || die "python3 -m venv failed: install python3-venv."
    }
    printf '%s\n' "$PWD" >"$place"
    say "Installing Python packages ($kind); the first time takes a few minutes"
    # The lock was made with Python 3.11; other versions can need other packages.
    if .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
        .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
            -r "requirements-$kind.lock" ||
            die "The Python packages could not be installed: is there a network?"
        .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps \
            --no-build-isolation -e . || die "The package itself could not be installed."
    else
        extra=""
        [ "$kind" = dev ] && extra="[dev]"
        .venv/bin/python -m pip install -qq --disable-pip-version-check -e ".$extra" ||
            die "The Python packages could not be installed: is there a network?"
    fi
    touch ".venv/.installed-$kind"
}
