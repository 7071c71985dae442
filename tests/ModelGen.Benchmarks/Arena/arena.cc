// Memory that TensorFlow Lite Micro needs for models: bytes of its arena after tensors are allocated and the model has run once, and the
// largest set of tensors that is alive at one time, without what the arena holds besides. See arena.sh.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/micro/system_setup.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace {

constexpr size_t kMostBytes = 4 << 20;
constexpr size_t kAlignment = 16;  // Of tensors in the arena.

alignas(64) uint8_t arena[kMostBytes];

using Resolver = tflite::MicroMutableOpResolver<14>;

// Operators of MLPerf Tiny's models. The resolver is outside of the arena: more of them do not cost any of it.
void AddOperators(Resolver& resolver) {
  resolver.AddAdd();
  resolver.AddAveragePool2D();
  resolver.AddConv2D();
  resolver.AddDepthwiseConv2D();
  resolver.AddDequantize();
  resolver.AddFullyConnected();
  resolver.AddMaxPool2D();
  resolver.AddMean();
  resolver.AddPad();
  resolver.AddQuantize();
  resolver.AddRelu();
  resolver.AddReshape();
  resolver.AddSoftmax();
  resolver.AddTranspose();
}

// Bytes of a tensor, none for a constant.
size_t Bytes(const tflite::Model& model, const tflite::Tensor& tensor) {
  const auto* data = model.buffers()->Get(tensor.buffer())->data();
  if (data != nullptr && data->size() > 0) return 0;
  size_t bytes = 4;
  switch (tensor.type()) {
    case tflite::TensorType_INT8:
    case tflite::TensorType_UINT8:
    case tflite::TensorType_BOOL: bytes = 1; break;
    case tflite::TensorType_INT16: bytes = 2; break;
    case tflite::TensorType_INT64: bytes = 8; break;
    default: break;
  }
  if (tensor.shape() != nullptr)
    for (int dimension : *tensor.shape()) bytes *= dimension;
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Largest sum of the tensors between an operator that is the first to touch them and one that is the last, without those that the caller
// of the model has anyway.
size_t LiveBytes(const tflite::Model& model) {
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  const int operators = graph.operators()->size();
  struct Life { int first = -1, last = -1; };
  std::vector<Life> lives(graph.tensors()->size());
  for (int i = 0; i < operators; i++) {
    const auto* op = graph.operators()->Get(i);
    for (const auto* tensors : {op->inputs(), op->outputs()}) {
      for (int t : *tensors) {
        if (t < 0) continue;
        if (lives[t].first < 0) lives[t].first = i;
        lives[t].last = i;
      }
    }
  }
  for (const auto* tensors : {graph.inputs(), graph.outputs()})
    for (int t : *tensors) lives[t] = Life();

  size_t most = 0;
  for (int i = 0; i < operators; i++) {
    size_t sum = 0;
    for (size_t t = 0; t < lives.size(); t++)
      if (lives[t].first >= 0 && lives[t].first <= i && i <= lives[t].last) sum += Bytes(model, *graph.tensors()->Get(t));
    most = std::max(most, sum);
  }
  return most;
}

bool Measure(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  // The file has to stay where it is, at an aligned place: the arena points into it.
  const std::vector<char> file((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(file.data()), file.size());
  if (!tflite::VerifyModelBuffer(verifier)) {
    std::fprintf(stderr, "%s: there is no such file, or it is no model\n", path);
    return false;
  }

  const tflite::Model& model = *tflite::GetModel(file.data());
  Resolver resolver;
  AddOperators(resolver);
  tflite::MicroInterpreter interpreter(&model, resolver, arena, kMostBytes);
  if (interpreter.AllocateTensors() != kTfLiteOk) {
    std::fprintf(stderr, "%s: its tensors cannot be allocated\n", path);
    return false;
  }

  for (size_t i = 0; i < interpreter.inputs_size(); i++) std::memset(interpreter.input(i)->data.raw, 1, interpreter.input(i)->bytes);
  if (interpreter.Invoke() != kTfLiteOk) {
    std::fprintf(stderr, "%s: it does not run\n", path);
    return false;
  }

  std::printf("%s: arena %zu bytes, tensors alone %zu\n", path, interpreter.arena_used_bytes(), LiveBytes(model));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  tflite::InitializeTarget();
  bool good = argc > 1;
  for (int i = 1; i < argc; i++) good = Measure(argv[i]) && good;
  return good ? 0 : 2;
}
