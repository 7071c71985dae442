#!/usr/bin/env bash
# run.sh MODEL SEED NAME [OPTIONS]: compresses a model of the shared data and writes docs/results/NAME.json. From the root of the project, after
#   mkdir -p artifacts/data && python3 docs/results/prepare.py ../shared artifacts/data
#   python3 ../shared/tools/unpack_cifar.py artifacts/data            (for resnet8)
# MODELGEN says how to start the tool.
set -euo pipefail
model=$1 seed=$2 name=$3
shift 3
s=../shared/models d=../shared/data a=artifacts/data bytes=0.00392156862745098
mnist="--calibration $d/mnist/train60k_x.npy.gz --labels $d/mnist/train60k_y.npy --test $d/mnist/test_x.npy --test-labels $d/mnist/test_y.npy --input-scale $bytes"
har="--calibration $d/har/train_x.npy --labels $d/har/train_y.npy --test $d/har/test_x.npy --test-labels $d/har/test_y.npy"
vary="--augment gain=0.1,noise=0.1,shift=4"
case $model in
    lenet_300_100) file=$s/mnist/lenet_300_100.onnx data="$mnist --augment shift=1" targets="--sparsity 0.95 --speedup 20" ;;
    lenet5) file=$s/mnist/lenet5.onnx data=$mnist targets="--sparsity 0.95 --speedup 10" ;;
    har_lstm64) file=$s/har/har_lstm64.onnx data="$har $vary --fine-tune 100" targets="--sparsity 0.9 --speedup 10" ;;
    har_gru32) file=$s/har/har_gru32.onnx data="$har $vary --fine-tune 100" targets="--sparsity 0.9 --speedup 10" ;;
    har_tcn) file=$s/har/har_tcn.onnx data="$har $vary" targets="--sparsity 0.915 --speedup 10" ;;
    resnet8) file=$s/mlperf-tiny/resnet8_fp32.onnx data="--calibration $a/train25k_x.npy --labels $a/train25k_y.npy --test $d/cifar10/test_x.npy --test-labels $d/cifar10/test_y.npy --input-layout nhwc --augment mirror,shift=2 --fine-tune 40 --label-weight 0.9" targets="--sparsity 0.875 --speedup 8 --mean-bits 5.5" ;;
    trash) file=$s/trash/trash_mobilenet96.onnx data="--calibration $d/trash/train600_x.npy --labels $d/trash/train600_y.npy --test $d/trash/test_x.npy --test-labels $d/trash/test_y.npy --input-scale $bytes --input-layout nhwc --augment mirror,shift=6,zoom=0.2,turn=10 --label-weight 0" targets="--sparsity 0.8 --speedup 5 --mean-bits 6" ;;
    gas) file=$s/gas/gas_mlp.onnx data="--calibration $a/gas_train_x.npy --labels $a/gas_train_y.npy --test $a/gas_test_x.npy --test-labels $a/gas_test_y.npy" targets="--sparsity 0.92 --speedup 12" ;;
    *) echo "unknown model $model" >&2; exit 2 ;;
esac
# What a row says itself counts.
case " $* " in *" --fine-tune "*) data=$(sed -E 's/ --fine-tune [^ ]+//g' <<< "$data") ;; esac
# Rows of one shot do without labels; test samples keep theirs, to be judged by.
case " $* " in *" --fine-tune off "*) data=$(sed -E 's/ --(labels|augment|label-weight) [^ ]+//g' <<< "$data") ;; esac
case " $* " in *" --sparsity "*) targets= ;; esac
# shellcheck disable=SC2086
${MODELGEN:-dotnet run --project src/ModelGen.Tool -c Release --} compress $file $data $targets "$@" --seed "$seed" \
    -o "artifacts/$name.onnx" --json "docs/results/$name.json"
