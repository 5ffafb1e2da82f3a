#!/bin/bash
# Installs the Debian packages of the named sections of packages.txt that are missing.
# Asks first when somebody is there to answer; goes on by itself under CI or as root.
set -euo pipefail
list="$(dirname "$0")/packages.txt"
architecture="$(dpkg --print-architecture 2>/dev/null || uname -m | sed 's/^x86_64$/amd64/')"

# The packages of one section.
section() {
  awk -v wanted="[$1]" -v own="[$architecture]" '
    /^\[/ { inside = ($0 == wanted); next }
    inside && NF && !/^#/ && (NF == 1 || $2 == own) { print $1 }' "$list"
}

# Those of the given packages that dpkg does not know as installed.
missing() {
  local package
  for package in "$@"; do
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || echo "$package"
  done
}

confirm() {
  if [[ -n ${CI:-} || $EUID -eq 0 ]]; then return; fi
  if [[ ! -t 0 ]]; then
    echo "Nobody is here to be asked: run the line above, or set CI=true." >&2
    exit 1
  fi
  local answer
  read -r -p "Run it now? [Y/n] " answer
  [[ ${answer:-y} == [Yy]* ]] || exit 1
}

wanted=()
for name in "$@"; do mapfile -t -O "${#wanted[@]}" wanted < <(section "$name"); done

if ! command -v dpkg >/dev/null; then
  echo "This is not Debian: make sure that the equivalents of these are installed: ${wanted[*]}"
  exit 0
fi

mapfile -t absent < <(missing "${wanted[@]}")
[[ ${#absent[@]} -gt 0 ]] || exit 0

root=()
if [[ $EUID -ne 0 ]]; then root=(sudo); fi
if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
  echo "Some Debian packages are missing. Run this as root:" >&2
  echo "  apt-get install -y --no-install-recommends ${absent[*]}" >&2
  exit 1
fi
install=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${absent[@]}")

echo "Some Debian packages are missing. This installs them:"
echo "  ${root[*]:+sudo }apt-get install -y --no-install-recommends ${absent[*]}"
confirm
# The package lists may be absent (fresh images) or older than the mirror: fetch them once when the first try fails.
"${install[@]}" || { "${root[@]}" apt-get update && "${install[@]}"; }
