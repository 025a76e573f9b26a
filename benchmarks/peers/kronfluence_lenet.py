"""What EK-FAC costs in kronfluence, on the work of org.expunge.benchmarks.study.CurvatureCostStudy.

LeNet (20, 50, 500) on the first 4 000 rows of MNIST, 100 test queries, labels sampled from the model, damping of
0.1 of the mean eigenvalue, one thread, the process's processor time, each part once.

    OMP_NUM_THREADS=1 python benchmarks/peers/kronfluence_lenet.py OUT.csv MNIST BATCH

MNIST is a folder with the four IDX files, gzip or not. BATCH is the number of training rows a batch.
"""

import gzip
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from kronfluence.analyzer import Analyzer, prepare_model
from kronfluence.arguments import FactorArguments, ScoreArguments
from kronfluence.task import Task
from torch import nn
from torch.utils.data import TensorDataset

ROWS = 4000
QUERIES = 100
SEED = 1
SIDE = 1024
IMAGE_HEADER = 16
LABEL_HEADER = 8


class Classification(Task):
    """Cross-entropy of a label, the given one or one drawn from the model; queries are measured by their loss."""

    def compute_train_loss(self, batch, model, sample=False):
        images, labels = batch
        logits = model(images)
        if sample:
            labels = torch.multinomial(logits.detach().softmax(dim=-1), num_samples=1).flatten()
        return F.cross_entropy(logits, labels, reduction="sum")

    def compute_measurement(self, batch, model):
        return self.compute_train_loss(batch, model)


def lenet():
    """The preset ``lenet``: weights are normal with variance 2 / (fan-in + fan-out), biases 0."""
    model = nn.Sequential(
        nn.Conv2d(1, 20, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(20, 50, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(800, 500),
        nn.ReLU(),
        nn.Linear(500, 10),
    )
    for module in model:
        if hasattr(module, "weight"):
            nn.init.xavier_normal_(module.weight)
            nn.init.zeros_(module.bias)
    return model


def rows(folder, part, count):
    """The first rows of a part, pixels from 0 to 255 as the study has them."""
    images = payload(folder, part + "-images", IMAGE_HEADER)[: count * 784].reshape(count, 1, 28, 28)
    labels = payload(folder, part + "-labels", LABEL_HEADER)[:count]
    return TensorDataset(torch.from_numpy(images.astype(np.float32)), torch.from_numpy(labels.astype(np.int64)))


def payload(folder, prefix, header):
    """The bytes of an IDX file behind its header."""
    files = sorted(folder.glob(prefix + "*ubyte*"))
    if not files:
        sys.exit(f"{folder} holds no {prefix}-idx?-ubyte or {prefix}-idx?-ubyte.gz")
    data = files[0].read_bytes()
    if files[0].suffix == ".gz":
        data = gzip.decompress(data)
    return np.frombuffer(data, dtype=np.uint8, offset=header)


def parts(analyzer, train, queries, batch):
    """What is measured, in the order in which it must run."""
    fit = {"factors_name": "ekfac", "factor_args": FactorArguments(strategy="ekfac"), "overwrite_output_dir": True}
    score = {
        "score_args": ScoreArguments(damping_factor=None),
        "query_dataset": queries,
        "train_dataset": train,
        "per_device_query_batch_size": QUERIES,
        "per_device_train_batch_size": batch,
        "overwrite_output_dir": True,
    }
    one = torch.full((SIDE, SIDE), 0.5)
    analyzer.fit_all_factors("identity", train, batch, factor_args=FactorArguments(strategy="identity"))
    one @ one
    return {
        "product of 1024 x 1024 x 1024": lambda: one @ one,
        "covariances": lambda: analyzer.fit_covariance_matrices(dataset=train, per_device_batch_size=batch, **fit),
        "eigendecompositions": lambda: analyzer.perform_eigendecomposition(**fit),
        "lambdas": lambda: analyzer.fit_lambda_matrices(dataset=train, per_device_batch_size=batch, **fit),
        "EK-FAC scores of 100 queries": lambda: analyzer.compute_pairwise_scores("ekfac", "ekfac", **score),
        "identity scores of 100 queries": lambda: analyzer.compute_pairwise_scores("identity", "identity", **score),
    }


def seconds(work):
    """The process's processor time for some work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(work):
    """The seconds of each part; those of the fit are the sum of its three parts."""
    times = {}
    for name, part in work.items():
        times[name] = seconds(part)
        print(f"{name}: {times[name]:.4g}", flush=True)
    fit = times["covariances"] + times["eigendecompositions"] + times["lambdas"]
    return {"EK-FAC fit with sampled labels": fit, **times}


def processor():
    """The processor's name, where the system tells it."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def report(times, batch, out):
    """The table as CSV, with the comment lines of the other results."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    lines = [
        f"# command: OMP_NUM_THREADS=1 python benchmarks/peers/kronfluence_lenet.py {out} mnist {batch}"
        f" (seed {SEED})",
        f"# commit: {commit.stdout.strip()}",
        f"# machine: {platform.system()} {platform.machine()}, {os.cpu_count()} processors ({processor()}),"
        f" Python {platform.python_version()}, torch {torch.__version__}, kronfluence {version('kronfluence')}",
        "quantity,seconds",
    ]
    lines += [f"{name},{value:.4g}" for name, value in times.items()]
    return "\n".join(lines) + "\n"


def main(out, mnist, batch):
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    train, queries = rows(Path(mnist), "train", ROWS), rows(Path(mnist), "t10k", QUERIES)
    task = Classification()
    model = prepare_model(lenet(), task)
    with tempfile.TemporaryDirectory() as scratch:
        analyzer = Analyzer("lenet", model, task, cpu=True, disable_tqdm=True, output_dir=scratch)
        times = measure(parts(analyzer, train, queries, batch))
    Path(out).write_text(report(times, batch, out))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
