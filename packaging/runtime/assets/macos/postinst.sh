# A listener that other machines reach is the administrator's decision; it is repeated here, where an upgrade is watched,
# because the policies then meet strangers. Nothing is changed.
if grep -Eqs '^listen *= *"(0\.0\.0\.0|\[::\])' /usr/local/etc/runtime/runtime.toml; then
  echo "runtime: listens on all addresses (listen in /usr/local/etc/runtime/runtime.toml); consider policy = \"strict\"." >&2
fi
