#!/bin/sh
# Runs the runtime of Windows from a WSL distribution.
#
#   runtime-windows run [ARGUMENT]...       the program, with these arguments
#   runtime-windows relay                   one request from standard input to the service on Windows, and its answer
#   runtime-windows escrow protect ENVELOPE CERTIFICATE
#   runtime-windows escrow unprotect ENVELOPE
#   runtime-windows escrow recover ENVELOPE
#
# Windows is found by the folder that this script lies in, where that is the runtime's own on Windows; else by
# windows-folder in /etc/runtime/runtime.toml. Paths among the arguments are told as Windows knows them: values of the
# options that take a path, and other arguments that name a file or folder. The exit code is that of Windows, of which a
# Linux process sees eight bits; 125 means that nothing was started, and standard error says why.
#
# Secrets of escrow go through standard input and output alone.
set -eu

configuration=/etc/runtime/runtime.toml
here=$(pwd -P)
options='outdir servedir outbase outfile certfile keyfile metafile mangle-cache tsconfig serve-fallback'

refuse() {
  printf 'runtime-windows: %s\n' "$1" >&2
  exit 125
}

# A key of a section of wsl.conf(5); the last one counts. Quotes and blanks around the value are not part of it.
wsl_setting() {
  [ -r /etc/wsl.conf ] || return 0
  sed -n "/^[[:blank:]]*\\[$1]/,/^[[:blank:]]*\\[/s/^[[:blank:]]*$2[[:blank:]]*=[[:blank:]]*//p" /etc/wsl.conf |
    sed -e 's/[[:space:]]*$//' -e 's/^"\(.*\)"$/\1/' | sed -n '$p'
}

require_wsl() {
  release=
  [ ! -r /proc/sys/kernel/osrelease ] || read -r release </proc/sys/kernel/osrelease || true
  case $release in
    *[Mm]icrosoft* | *WSL*) ;;
    *) refuse "this is no WSL distribution (kernel $release): the runtime of Windows can be reached from WSL alone." ;;
  esac
  [ "$(wsl_setting interop enabled)" != false ] ||
    refuse 'interop is off in /etc/wsl.conf: set enabled = true below [interop], then run wsl --shutdown on Windows.'
}

# Programs of Windows are started through a socket of the session. Services of systemd and cron jobs are told of none, and
# a session that goes on in tmux outlives its own: the newest that is there will do.
find_interop() {
  [ ! -S "${WSL_INTEROP:-}" ] || return 0
  newest=
  for socket in /run/WSL/*_interop; do
    # shellcheck disable=SC3013 # POSIX since 2024, and dash, busybox and bash have had it for long.
    if [ -S "$socket" ] && { [ -z "$newest" ] || [ "$socket" -nt "$newest" ]; }; then newest=$socket; fi
  done
  [ -n "$newest" ] ||
    refuse 'no way to Windows: WSL_INTEROP names no socket, and /run/WSL has none. Run it in a WSL terminal; services and cron jobs need one that stays open.'
  WSL_INTEROP=$newest
  export WSL_INTEROP
}

# Where Windows has the path of a folder that begins with a drive: C:\Users as /mnt/c/Users.
from_windows() {
  drive=$(printf '%s' "${1%%:*}" | tr '[:upper:]' '[:lower:]')
  # shellcheck disable=SC1003 # The backslash is what is meant.
  printf '%s/%s%s' "$mounts" "$drive" "$(printf '%s' "${1#?:}" | tr '\\' /)"
}

# The folder of the runtime on Windows, as this side sees it.
find_runtime() {
  own=$(dirname -- "$(readlink -f -- "$0")")
  folder=${own%/share/runtime/wsl}
  if [ "$folder" != "$own" ] && [ -f "$folder/bin/runtime.exe" ]; then return 0; fi
  named=
  [ ! -r "$configuration" ] || named=$(sed -n "s/^windows-folder *= *'\\([^']*\\)'.*\$/\\1/p" "$configuration" | sed -n '$p')
  case $named in
    [A-Za-z]:\\*) folder=$(from_windows "$named") ;;
    *) refuse "$configuration names no folder of the runtime on Windows: expected windows-folder = 'C:\\Program Files\\runtime' in single quotes." ;;
  esac
  [ -f "$folder/bin/runtime.exe" ] ||
    refuse "there is no runtime on Windows at $folder: install its .msi there, or name its folder as windows-folder in $configuration."
}

# A path as Windows knows it. Of what is to be made, the folder that is there is translated and the rest put behind it.
to_windows() {
  case $1 in
    /*) path=$1 ;;
    *) path=$here/$1 ;;
  esac
  rest=
  while [ ! -e "${path:=/}" ]; do
    [ -z "${path##*/}" ] || rest="\\${path##*/}$rest"
    path=${path%/*}
  done
  known=$(wslpath -w "$path") || refuse "Windows cannot reach $1: give a path below $mounts or in the files of this distribution."
  if [ -z "$rest" ]; then printf '%s' "$known"; else printf '%s%s' "${known%\\}" "$rest"; fi
}

# An argument of the program: with its path translated, where it has one.
translate() {
  for option in $options; do
    case $1 in
      "--$option=") break ;;
      "--$option="*)
        printf '%s' "--$option="
        to_windows "${1#*=}"
        return
        ;;
    esac
  done
  case $1 in
    --inject:?*)
      printf '%s' '--inject:'
      to_windows "${1#*:}"
      ;;
    '' | -*) printf '%s' "$1" ;;
    *) if [ -e "$1" ]; then to_windows "$1"; else printf '%s' "$1"; fi ;;
  esac
}

# Most programs of Windows cannot work in a folder of Linux, which they see as a share of the network.
enter_windows_folder() {
  case $(wslpath -w "$here" 2>/dev/null) in
    [A-Za-z]:\\*) ;;
    *) cd "$folder" ;;
  esac
}

run_program() {
  for argument in "$@"; do
    shift
    # The letter keeps line breaks at an argument's end, which the substitution would take away.
    translated=$(translate "$argument" && printf x)
    set -- "$@" "${translated%x}"
  done
  enter_windows_folder
  exec "$folder/bin/runtime.exe" "$@"
}

# RemoteSigned runs the scripts of this machine, which no user may write, and nothing that came from elsewhere.
run_script() {
  script=$(to_windows "$folder/share/runtime/powershell/$1")
  shift
  enter_windows_folder
  exec "$mounts/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe" -NoLogo -NoProfile -NonInteractive \
    -ExecutionPolicy RemoteSigned -File "$script" "$@"
}

usage() {
  refuse 'expected run [ARGUMENT]..., relay, escrow protect ENVELOPE CERTIFICATE, escrow unprotect ENVELOPE or escrow recover ENVELOPE.'
}

require_wsl
find_interop
mounts=$(wsl_setting automount root)
mounts=${mounts:-/mnt/}
mounts=${mounts%/}
find_runtime

case "${1-} ${2-} $#" in
  'run '*)
    shift
    run_program "$@"
    ;;
  'relay  1') run_script relay.ps1 ;;
  'escrow protect 4')
    envelope=$(to_windows "$3")
    certificate=$(to_windows "$4")
    run_script escrow.ps1 protect "$envelope" "$certificate"
    ;;
  'escrow unprotect 3' | 'escrow recover 3')
    envelope=$(to_windows "$3")
    run_script escrow.ps1 "$2" "$envelope"
    ;;
  *) usage ;;
esac
