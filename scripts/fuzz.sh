#!/bin/bash
# Builds each Tests/Fuzz/<Target>/<Name>Fuzz.swift with libFuzzer, replays the inputs that once crashed it, and lets it
# search for so many seconds. What crashes now is kept in Tests/Fuzz/Crashes/<Name>, to be committed with its cure.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
build=.build/fuzz
modules=$build/release/Modules

mapfile -t entries < <(find Tests/Fuzz -name '*Fuzz.swift' | sort)
[[ ${#entries[@]} -gt 0 ]] || { echo 'There are no fuzz targets.'; exit 0; }

# The targets under test with all they stand on, instrumented; the executables are left out.
build_targets() {
  local target
  for target in $(printf '%s\n' "${entries[@]}" | cut -d/ -f3 | sort -u); do
    swift build --scratch-path "$build" -c release --sanitize=address -Xswiftc -sanitize=fuzzer --target "$target"
  done
  rm -f "$build/all.a"
  find "$build/release/" -path '*.build/*' -name '*.o' ! -path '*-tool.build/*' -print0 | xargs -0 ar qc "$build/all.a"
}

# The command line with which SwiftPM compiled a target, one argument a line.
command_line() {
  grep -m 1 "\"-module-name\",\"$1\"" "$build/release.yaml" | grep -o '"[^"]*"' | tr -d '"'
}

# What of it a file that imports the target needs as well: the C modules' maps, and the package's name, without which
# `package` declarations are out of reach.
import_arguments() {
  command_line "$1" | awk '/^-fmodule-map-file=/ { print "-Xcc"; print } /^-package-name$/ { print; getline; print }'
}

compile() {
  local arguments
  mapfile -t arguments < <(import_arguments "$(cut -d/ -f3 <<<"$1")")
  # gold warns once per sanitizer symbol; those are of no interest.
  swiftc -parse-as-library -O -swift-version 6 -sanitize=fuzzer,address -I "$modules" "${arguments[@]}" \
    "$1" "$build/all.a" -lstdc++ -o "$2" 2> >(grep -v 'Cannot export local symbol' >&2)
}

# The trap handler of Swift's runtime would hide the report of the sanitizer.
export SWIFT_BACKTRACE=enable=no
build_targets

failed=()
for entry in "${entries[@]}"; do
  name=$(basename "$entry" Fuzz.swift)
  program=$build/$name
  corpus=$build/corpus/$name
  crashes=Tests/Fuzz/Crashes/$name
  printf '\n==== %s\n' "$name"
  compile "$entry" "$program"
  mkdir -p "$corpus" "$crashes"
  if [[ -d Tests/Fuzz/Corpus/$name ]]; then cp -r "Tests/Fuzz/Corpus/$name/." "$corpus/"; fi
  mapfile -t kept < <(find "$crashes" -type f)
  if [[ ${#kept[@]} -gt 0 ]] && ! "$program" "${kept[@]}"; then
    failed+=("$name (a kept input)")
    continue
  fi
  "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$crashes/" "$corpus" || failed+=("$name")
  rmdir --ignore-fail-on-non-empty "$crashes"
done

rmdir --ignore-fail-on-non-empty Tests/Fuzz/Crashes 2>/dev/null || true
if [[ ${#failed[@]} -gt 0 ]]; then
  printf '\n==== Crashed: %s\n' "${failed[*]}"
  exit 1
fi
printf '\n==== %d fuzz targets, nothing found\n' "${#entries[@]}"
