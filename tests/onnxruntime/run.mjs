// Runs a model with one input and one output sample by sample: run.mjs MODEL.onnx INPUT.npy OUTPUT.npy
// INPUT is float32 with samples along the first axis; the batch dimension of the model is 1.
import fs from 'node:fs';
import ort from 'onnxruntime-node';

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
const HEADER_UNIT = 64; // numpy.lib.format: the data starts at a multiple of 64 bytes

function readFloats(path) {
  const file = fs.readFileSync(path);
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error(`${path} is not a .npy file of version 1`);
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, start);
  if (!header.includes("'<f4'") || !header.includes("'fortran_order': False")) throw new Error(`${path} is not float32 in C order`);
  const shape = header.match(/'shape': \(([^)]*)\)/)[1].split(',').filter(part => part.trim()).map(Number);
  const bytes = new Uint8Array(file.subarray(start)); // a copy, aligned
  return { shape, data: new Float32Array(bytes.buffer) };
}

function writeFloats(path, data, shape) {
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  header = header.padEnd(Math.ceil((10 + header.length + 1) / HEADER_UNIT) * HEADER_UNIT - 11) + '\n';
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  fs.writeFileSync(path, Buffer.concat([MAGIC, length, Buffer.from(header, 'latin1'), Buffer.from(data.buffer)]));
}

const [modelPath, inputPath, outputPath] = process.argv.slice(2);
if (!outputPath) {
  console.error('usage: node run.mjs MODEL.onnx INPUT.npy OUTPUT.npy');
  process.exit(2);
}

// Without VNNI instructions, sums of bytes saturate at 16 bits unless precision is asked for.
const session = await ort.InferenceSession.create(modelPath, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { x64quantprecision: '1' } },
});
const input = readFloats(inputPath);
const [samples, ...rest] = input.shape;
const size = rest.reduce((product, length) => product * length, 1);
const results = [];
let shape = [];
for (let i = 0; i < samples; i++) {
  const sample = new ort.Tensor('float32', input.data.slice(i * size, (i + 1) * size), [1, ...rest]);
  const output = (await session.run({ [session.inputNames[0]]: sample }))[session.outputNames[0]];
  results.push(...output.data);
  shape = output.dims.slice(1);
}

writeFloats(outputPath, Float32Array.from(results), [samples, ...shape]);
