#!/usr/bin/env bash
# tests/fuzz/run.sh SECONDS [TARGET…]: builds the C fuzzers and runs each for that time. Exit code: 0 nothing was found,
# 1 something was (the input that shows it lies under build/fuzz/TARGET), 2 they cannot be built here.
# The inputs that they learn stay in build/fuzz/TARGET/corpus and serve the next run.
set -euo pipefail

if [ $# -lt 1 ] || ! [ "$1" -gt 0 ] 2>/dev/null; then
  echo "usage: tests/fuzz/run.sh SECONDS [TARGET…]" >&2
  exit 2
fi
seconds=$1
shift
project=$(cd "$(dirname "$0")/../.." && pwd)
built=$project/build/fuzz
compiler=${CLANG:-clang}
python=${PYTHON:-python3}
flags=(-std=c11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wconversion -Wshadow -Wpedantic -Werror
  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
  -I "$project/ext/core" -I "$project/tests/ext")

command -v "$compiler" >/dev/null || { echo "run.sh: there is no $compiler" >&2; exit 2; }

targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in "$project"/tests/fuzz/fuzz_*.c; do
    targets+=("$(basename "$source" .c)")
  done
fi

found=0
for target in "${targets[@]}"; do
  folder=$built/$target
  rm -rf "$folder/seeds"
  mkdir -p "$folder/corpus"
  # source.c and pump.c call the system, and store.c calls them: what they do is for tests, not for a fuzzer
  kernels=$(find "$project/ext/core" -name '*.c' ! -name pump.c ! -name source.c ! -name store.c | sort)
  # shellcheck disable=SC2086
  "$compiler" "${flags[@]}" "$project/tests/fuzz/$target.c" $kernels -o "$folder/$target" || exit 2
  "$python" "$project/tests/fuzz/seeds.py" "$target" "$folder/seeds"
  echo "$target: $(find "$folder/seeds" -type f | wc -l) seeds, $seconds s"
  if "$folder/$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=1024 -verbosity=0 \
      -print_final_stats=1 -artifact_prefix="$folder/" "$folder/corpus" "$folder/seeds" >"$folder/log" 2>&1; then
    grep -E 'number_of_executed_units|new_units_added' "$folder/log" | sed 's/^/  /' || true
  else
    found=1
    echo "$target: FOUND something; its log:" >&2
    tail -n 60 "$folder/log" >&2
  fi
done
exit $found
