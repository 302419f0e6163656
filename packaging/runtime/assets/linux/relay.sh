#!/bin/bash
# Hands one request from standard input to the service on this machine, and its answer to standard output: the end in WSL
# of the bridge from Windows, which starts it once for each request. The address is the service's own,
# in /etc/runtime/runtime.toml; only loopback is asked. bash, since it is what connects without another program.
set -euo pipefail

configuration=/etc/runtime/runtime.toml

refuse() {
  printf 'relay: %s\n' "$1" >&2
  exit 1
}

[ -r "$configuration" ] || refuse "there is no $configuration: install the runtime in this distribution."
listen=$(sed -n 's/^listen *= *"\([^"]*\)".*$/\1/p' "$configuration" | sed -n '1p')
port=${listen##*:}
case ${listen%:*} in
  127.0.0.1 | 0.0.0.0) host=127.0.0.1 ;;
  '[::1]' | '[::]') host=::1 ;;
  *) refuse "listen in $configuration is \"$listen\": expected a loopback address and a port such as 127.0.0.1:7117." ;;
esac
[[ $port =~ ^[0-9]{1,5}$ ]] || refuse "listen in $configuration is \"$listen\": expected a port behind the address."

{ exec 3<>"/dev/tcp/$host/$port"; } 2>/dev/null ||
  refuse "the runtime does not answer at $listen: start it with systemctl start runtime."

# The answer may begin before the request has ended; it is over when the service closes the connection.
exec 4<&0
cat <&4 >&3 &
sending=$!
status=0
cat <&3 || status=$?
kill "$sending" 2>/dev/null || true
exit "$status"
