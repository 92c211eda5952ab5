#!/usr/bin/env bash
# Fuzzes what reads feeds, seeded with captured ones: .ci/fuzz.sh [MINUTES for all targets together, 20 by default].
# What is found lies in fuzz/artifacts and ends the script; each finding becomes a test before it is mended.
# Needs what building needs and a C++ compiler (libFuzzer is compiled from its crate); stable Rust does.
set -euo pipefail
cd "$(dirname "$0")/.."
TARGETS=(parse html dates)
SECONDS_EACH=$((${1:-20} * 60 / ${#TARGETS[@]}))
SEEDS=${HEADLINED_CORPUS:-$PWD/../shared/corpus}
TOOL=$PWD/target/ci-tools/bin
[ -x "$TOOL/cargo-fuzz" ] || cargo install cargo-fuzz --locked --version 0.13.2 --root target/ci-tools --quiet
export PATH=$TOOL:$PATH

for target in "${TARGETS[@]}"; do
  mkdir -p "fuzz/corpus/$target"
  folders=("fuzz/corpus/$target") # libFuzzer writes to the first folder only
  [ ! -d "$SEEDS" ] || folders+=("$SEEDS")
  # Coverage is a stable option of the compiler; sanitizers are not, and find nothing where unsafe code is forbidden.
  nice -n 15 cargo fuzz run --sanitizer none "$target" "${folders[@]}" -- \
    -max_total_time="$SECONDS_EACH" -rss_limit_mb=2048 -timeout=10 -max_len=65536 -print_final_stats=1
done
