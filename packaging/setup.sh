# Sourced by run and test, which set $root: makes $root/.venv and sees to the libraries of the system.
# Gives $python. Portable sh. Says everything on standard error, because standard output belongs to Baton.
# A set-up that was done costs one checksum; one that was cut short is done again.

venv=$root/.venv
python=$venv/bin/python
lock=$root/packaging/requirements.lock

say() {
    printf '%s\n' "$*" >&2
}

# --- what may be installed on this system ---

sudo=
may_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" = 0 ] && return 0
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null || return 1
    sudo='sudo -n'
}

apt_install() { # PACKAGE...
    may_install || return 1
    say "Installing with apt-get: $*"
    apt_get install "$@" || { apt_get update && apt_get install "$@"; } || {
        say "$apt_said"
        return 1
    }
}

apt_get() { # install PACKAGE... | update
    verb=$1
    shift
    [ "$verb" = update ] || set -- --no-install-recommends "$@"
    apt_said=$($sudo env DEBIAN_FRONTEND=noninteractive apt-get "$verb" -y -q "$@" 2>&1 </dev/null)
}

# --- Python ---

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() { # the version that Baton is tested with first
    for base in python3.11 python3.12 python3.13 python3; do
        if command -v "$base" >/dev/null 2>&1 && is_new_enough "$base"; then
            return 0
        fi
    done
    say "Baton needs Python 3.11 or newer, and finds none. Install it (on Debian: apt-get install python3)."
    exit 1
}

has_venv() {
    "$base" -c 'import ensurepip, venv' >/dev/null 2>&1
}

need_venv() {
    has_venv && return 0
    version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    package=python$version-venv
    if is_new_enough python3 && [ "$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$version" ]; then
        package=python3-venv
    fi
    apt_install "$package" && has_venv && return 0
    say "Python $version here cannot make environments. Install the package $package and start again:"
    say "    sudo apt-get install $package"
    exit 1
}

make_venv() {
    find_python
    need_venv
    say "Setting up Baton in $venv (once; about 500 MB) ..."
    find "$venv" -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf {} +
    "$base" -m venv "$venv" >&2
}

install_requirements() {
    rm -f "$venv/.installed"
    if ! { [ -x "$python" ] && is_new_enough "$python" && "$python" -m pip --version >/dev/null 2>&1 &&
        [ "$(cat "$venv/.root" 2>/dev/null)" = "$root" ]; }; then
        make_venv
    fi
    if ! "$python" -m pip install --disable-pip-version-check --no-input --require-hashes -r "$lock" >&2; then
        say "The libraries could not be installed; the reason is above. Start again to go on."
        exit 1
    fi
    printf '%s\n' "$root" >"$venv/.root"
    stamp >"$venv/.installed"
}

stamp() { # what the environment was made from: the libraries, the place and the interpreter
    printf '%s %s %s\n' "$(cksum <"$lock")" "$root" "$(readlink -f "$python" || :)"
}

# --- the libraries of the system that Qt needs ---

qt_needs='libEGL.so.1 libegl1
libGL.so.1 libgl1
libxkbcommon.so.0 libxkbcommon0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libgssapi_krb5.so.2 libgssapi-krb5-2'

# Without these Baton works off screen, but opens no window under X11.
windows_need='libX11-xcb.so.1 libx11-xcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-sync.so.1 libxcb-sync1
libxcb-util.so.1 libxcb-util1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0'

missing_libraries() { # LIST: the packages of those that do not load
    printf '%s\n' "$1" | "$python" -c '
import ctypes, sys
for line in sys.stdin:
    library, package = line.split()
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package, end=" ")
'
}

check_libraries() {
    if [ "$(uname -s)" = Linux ]; then
        # shellcheck disable=SC2046,SC2086 # package names, one word each
        missing=$(missing_libraries "$qt_needs
$windows_need")
        if [ -n "$missing" ]; then
            apt_install $missing || :
        fi
        missing=$(missing_libraries "$qt_needs")
        if [ -n "$missing" ]; then
            say "Qt misses libraries of this system. Install these packages (Debian's names) and start again:"
            say "    sudo apt-get install $missing"
            exit 1
        fi
        missing=$(missing_libraries "$windows_need")
        if [ -n "$missing" ]; then
            say "Baton can work off screen here, but to open windows under X11 Qt misses libraries:"
            say "    sudo apt-get install $missing"
            return 0 # and say so again at the next start
        fi
    fi
    : >"$venv/.libraries"
}

# --- in order ---

set_up() {
    mkdir -p "$venv"
    if command -v flock >/dev/null 2>&1; then # two first starts at once: one sets up, the other waits
        exec 9>"$venv/.lock"
        flock 9
    fi
    is_installed || install_requirements
    [ -e "$venv/.libraries" ] || check_libraries
    if command -v flock >/dev/null 2>&1; then
        exec 9>&-
    fi
}

is_installed() {
    found=
    if [ -x "$python" ] && [ -r "$venv/.installed" ]; then
        IFS= read -r found <"$venv/.installed" || :
    fi
    [ -n "$found" ] && [ "$found" = "$(stamp)" ]
}

if ! is_installed || [ ! -e "$venv/.libraries" ]; then
    set_up
fi
