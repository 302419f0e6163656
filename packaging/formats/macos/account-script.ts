/**
 * Shell functions that make system accounts on a Mac: `make_group NAME` and `make_user NAME`, each where there is none.
 * The number of an account is written last, so that one that was made half is made to its end by the next installation.
 * Numbers are from 401 to 499: below 500 the login window shows nobody, and up to 400 Apple gives them out itself
 * (sysadminctl(8), roleAccount).
 */
export const accountFunctions = `number_of() {
  dscl . -read "$1" "$2" 2>/dev/null | sed -n "s/^$2: //p"
}

free_number() {
  taken="$(dscl . -list /Users UniqueID; dscl . -list /Groups PrimaryGroupID)"
  number=499
  while printf '%s\\n' "$taken" | grep -q "[[:space:]]$number\\$"; do
    number=$((number - 1))
    if [ "$number" -le 400 ]; then
      echo "no number between 401 and 499 is left for a system account" >&2
      return 1
    fi
  done
  echo "$number"
}

make_group() {
  if [ -n "$(number_of "/Groups/$1" PrimaryGroupID)" ]; then return 0; fi
  number="$(free_number)"
  dscl . -create "/Groups/$1"
  dscl . -create "/Groups/$1" Password '*'
  dscl . -create "/Groups/$1" PrimaryGroupID "$number"
}

make_user() {
  make_group "$1"
  if [ -n "$(number_of "/Users/$1" UniqueID)" ]; then return 0; fi
  group="$(number_of "/Groups/$1" PrimaryGroupID)"
  number="$(free_number)"
  dscl . -create "/Users/$1"
  dscl . -create "/Users/$1" Password '*'
  dscl . -create "/Users/$1" RealName "$2"
  dscl . -create "/Users/$1" NFSHomeDirectory /var/empty
  dscl . -create "/Users/$1" UserShell /usr/bin/false
  dscl . -create "/Users/$1" IsHidden 1
  dscl . -create "/Users/$1" PrimaryGroupID "$group"
  dscl . -create "/Users/$1" UniqueID "$number"
}
`;
