#!/usr/bin/env bash
# Memory of TensorFlow Lite Micro with its reference kernels: arena.sh TFLITE_MICRO MODEL.tflite ...
#
# TFLITE_MICRO is a checkout of github.com/tensorflow/tflite-micro that has its third-party headers, which
#   make -f tensorflow/lite/micro/tools/make/Makefile third_party_downloads
# fetches there; THIRD_PARTY names another folder with flatbuffers, gemmlowp and ruy. CXXFLAGS are further options of g++, such as -m32,
# OUTPUT is where object files go and stay: a folder for each set of options.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: arena.sh TFLITE_MICRO MODEL.tflite ..." >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$1" 2>/dev/null && pwd) || { echo "arena.sh: $1 is not there" >&2; exit 2; }
shift
third_party=${THIRD_PARTY:-$checkout/tensorflow/lite/micro/tools/make/downloads}
output=$(mkdir -p "${OUTPUT:-artifacts/arena}" && cd "${OUTPUT:-artifacts/arena}" && pwd)
for folder in "$checkout/tensorflow/lite/micro" "$third_party"/{flatbuffers/include,gemmlowp,ruy}; do
  [ -d "$folder" ] || { echo "arena.sh: $folder is not there" >&2; exit 2; }
done

options=(-O2 -std=c++17 -fno-rtti -fno-exceptions -fno-threadsafe-statics -ffunction-sections -fdata-sections -w
  -DTF_LITE_STATIC_MEMORY -DTF_LITE_DISABLE_X86_NEON -DTF_LITE_USE_CTIME ${CXXFLAGS:-}
  -I"$checkout" -I"$third_party/flatbuffers/include" -I"$third_party/gemmlowp" -I"$third_party/ruy")

# Whatever the interpreter and the reference kernels consist of; what is not reached is left out when linking.
cd "$checkout"
find tensorflow/lite/micro/{,kernels,memory_planner,arena_allocator,tflite_bridge} tensorflow/lite/core/{api,c} tensorflow/lite/kernels \
  tensorflow/lite/kernels/internal{,/reference} tensorflow/compiler/mlir/lite/{core/api,schema} -maxdepth 1 -name '*.cc' |
  sed 's://*:/:g' | grep -vE '_tests?\.cc|test_helper|/test_|mock_|fake_|/detection_|conv_test_common' | sort -u > "$output/sources"
while read -r source; do
  object=$output/${source//\//_}.o
  [ "$object" -nt "$source" ] || printf '%s\0-o\0%s\0' "$source" "$object"
done < "$output/sources" | xargs -0 -r -n 3 -P "$(nproc)" g++ "${options[@]}" -c
g++ "${options[@]}" -c "$here/arena.cc" -o "$output/arena.o"
rm -f "$output/kernels.a"
ar rcs "$output/kernels.a" "$output"/*.cc.o
g++ "${options[@]}" "$output/arena.o" "$output/kernels.a" -Wl,--gc-sections -o "$output/arena"
cd - > /dev/null
exec "$output/arena" "$@"
