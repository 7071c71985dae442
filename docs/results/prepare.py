"""Writes the arrays that the runs of this folder read, from the shared data: the gas sensor data as its network was trained on them (first two batches,
normalized, 80 % to train with), the rest of the data is used as it is. Usage: prepare.py SHARED OUT"""
import sys

import numpy as np

shared, out = sys.argv[1:3]
x = np.load(shared + "/data/streams/gas_x.npy").astype(np.float64)
y = np.load(shared + "/data/streams/gas_y.npy")
batch = np.load(shared + "/data/streams/gas_batch.npy")
x = np.sign(x) * np.log1p(np.abs(x))
first = batch <= 2
x = np.clip((x - x[first].mean(0)) / (x[first].std(0) + 1e-9), -8, 8).astype(np.float32)
order = np.random.RandomState(0).permutation(np.where(first)[0])
test, train = order[: len(order) // 5], order[len(order) // 5 :]
np.save(out + "/gas_train_x.npy", x[train])
np.save(out + "/gas_train_y.npy", y[train])
np.save(out + "/gas_test_x.npy", x[test])
np.save(out + "/gas_test_y.npy", y[test])
