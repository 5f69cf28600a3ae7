// SPDX-License-Identifier: Apache-2.0
// ONNX Runtime as its package for Node has it, called without the promise that the package wraps around a call. What a
// call costs beside the net is a row of its own: a model of one ReLU on one number. Speaks as benchmarks/rows.hpp does.
"use strict";
const fs = require("fs");
const path = require("path");
const v8 = require("v8");
v8.setFlagsFromString("--single-threaded-gc");               // or its helpers would count as time of the process

const home = path.join(process.cwd(), "node_modules");
const { binding, initOrt } = require(path.join(home, "onnxruntime-node", "dist", "binding.js"));
const { Tensor } = require(path.join(home, "onnxruntime-common"));
initOrt();

const threads = Math.max(1, Number(process.env.BENCHMARK_THREADS || 1));
const options = { executionMode: "sequential", graphOptimizationLevel: "all", intraOpNumThreads: threads, interOpNumThreads: 1 };

const rows = [{ name: "call of an empty model", file: "empty", dims: [1, 1], out: [1, 1], batch: 1 }];
for (const [net, dims, batches] of [["CNN", [3, 32, 32], [1, 32, 128]], ["MLP", [784], [1, 32, 128]],
                                    ["ResNet-20", [3, 32, 32], [1, 32]], ["MobileNet", [3, 32, 32], [1, 32]]])
  for (const batch of batches)
    rows.push({ name: `${net} prediction, batch ${batch}`, file: `${net}-${batch}`, dims: [batch, ...dims], out: [batch, 10], batch });

function prepare(row) {
  const session = new binding.InferenceSession();
  session.loadModel(path.join("onnx", `${row.file}.onnx`), options);
  const size = (dims) => dims.reduce((a, b) => a * b, 1);
  const x = new Tensor("float32", Float32Array.from({ length: size(row.dims) }, (_, i) => (i % 97) / 97), row.dims);
  const y = new Tensor("float32", new Float32Array(size(row.out)), row.out);
  return () => session.run({ x }, { y }, {});
}

// processor time with one thread, so that a neighbour that takes the core away does not count; else the time of day
function microseconds() {
  if (threads > 1) return Number(process.hrtime.bigint()) / 1e3;
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds of one call, over at least 10 ms of calls. */
function measure(call) {
  for (let calls = 1; ; ) {
    const start = microseconds();
    for (let i = 0; i < calls; ++i) call();
    const time = microseconds() - start;
    if (time >= 1e4) return time / calls;
    calls = Math.ceil(calls * Math.min(10, Math.max(1.4, 1.4e4 / Math.max(time, 1))));
  }
}

let prepared = { row: null, call: null };
function answer(index) {
  const row = rows[index];
  if (prepared.row !== row) prepared = { row, call: prepare(row) };
  const time = measure(prepared.call);
  console.log(JSON.stringify(row.batch === 1 ? { value: time, unit: "us" } : { value: (1e6 * row.batch) / time, unit: "items/s" }));
}

console.log(JSON.stringify({ rows: rows.map((row) => [row.name, ""]) }));
require("readline").createInterface({ input: process.stdin }).on("line", (line) => answer(Number(line)));
