"""The work of the engine's benchmark in PyTorch: same shapes, float32 without TF32.

Reads the list of work as JSON from standard input and writes seconds by name as JSON to standard output:
    python3 pytorch_twin.py cuda:0 1 < works.json
The second argument is the number of threads on a processor. Work of a kind that is not known here is left out.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, vmap

ROUNDS = 11
FEW_ROUNDS = 3
LEAST_ROUND_SECONDS = 5e-3
LONG_ROUND_SECONDS = 30
ROWS_AT_ONCE = 256
FIT_ROWS_AT_ONCE = 512
CLASSES = 10


def finish(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def round_of(run, repeats, device):
    finish(device)
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    finish(device)
    return time.perf_counter() - start


def seconds(run, device):
    """Median of the rounds; a round repeats until it is long enough, as on the other side."""
    round_of(run, 1, device)
    repeats = 1
    taken = round_of(run, repeats, device)
    while taken < LEAST_ROUND_SECONDS and repeats < 10_000:
        repeats *= 2
        taken = round_of(run, repeats, device)
    rounds = ROUNDS if taken < LONG_ROUND_SECONDS else FEW_ROUNDS
    return sorted(round_of(run, repeats, device) / repeats for _ in range(rounds))[rounds // 2]


class LeNet(nn.Module):
    """5 x 5 convolutions with 20 and 50 channels, pooled, 500 units, 10 logits."""

    def __init__(self, channels, side):
        super().__init__()
        self.conv0 = nn.Conv2d(channels, 20, 5)
        self.conv1 = nn.Conv2d(20, 50, 5)
        left = ((side - 4) // 2 - 4) // 2
        self.dense = nn.Linear(50 * left * left, 500)
        self.output = nn.Linear(500, CLASSES)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv0(x), 2))
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        return self.output(F.relu(self.dense(x.flatten(1))))


class Block(nn.Module):
    """Two 3 x 3 convolutions and a shortcut."""

    def __init__(self, before, channels, stride):
        super().__init__()
        self.conv0 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.norm0 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        same = before == channels and stride == 1
        self.shortcut = (
            nn.Identity()
            if same
            else nn.Sequential(nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
        )

    def forward(self, x):
        y = self.norm1(self.conv1(F.relu(self.norm0(self.conv0(x)))))
        return F.relu(y + self.shortcut(x))


def resnet8(channels):
    return nn.Sequential(
        nn.Conv2d(channels, 16, 3, 1, 1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        Block(16, 16, 1),
        Block(16, 32, 2),
        Block(32, 64, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, CLASSES),
    )


def images(rows, s, device):
    """Random rows on the host, pinned where that speeds the copy to the device up."""
    x = torch.randn(rows, s["channels"], s["side"], s["side"])
    y = torch.randint(0, CLASSES, (rows,))
    return (x.pin_memory(), y.pin_memory()) if device.type == "cuda" else (x, y)


def on(device, tensor):
    return tensor.to(device, non_blocking=True)


def forward_and_backward(model, s, device):
    model = model.to(device).eval()
    x, y = images(s["batch"], s, device)

    def run():
        model.zero_grad(set_to_none=True)
        F.cross_entropy(model(on(device, x)), on(device, y), reduction="sum").backward()

    return run


def layers(model):
    return {name: m for name, m in model.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear))}


def with_ones(a):
    return torch.cat([a, a.new_ones(a.shape[:-1] + (1,))], -1)


def inputs_and_deltas(model, x):
    """Inputs [rows, positions, in + 1] and derivatives [rows, positions, out] of each layer, at labels drawn."""
    inputs, outputs = {}, {}

    def keep(name):
        def hook(module, args, output):
            a = args[0].detach()
            if isinstance(module, nn.Conv2d):
                a = F.unfold(a, module.kernel_size, module.dilation, module.padding, module.stride).transpose(1, 2)
            else:
                a = a.unsqueeze(1)
            inputs[name] = with_ones(a)
            outputs[name] = output

        return hook

    hooks = [m.register_forward_hook(keep(name)) for name, m in layers(model).items()]
    logits = model(x)
    for hook in hooks:
        hook.remove()
    labels = torch.multinomial(logits.detach().softmax(-1), 1).squeeze(1)
    loss = F.cross_entropy(logits, labels, reduction="sum")
    deltas = torch.autograd.grad(loss, list(outputs.values()))
    flat = [d.flatten(2).transpose(1, 2) if d.dim() == 4 else d.unsqueeze(1) for d in deltas]
    return inputs, dict(zip(outputs, flat))


def ekfac_fit(model, x, device):
    """Factors, their eigenvectors in float64, and second moments of gradients along them."""
    names = list(layers(model))
    a_sums, s_sums = {}, {}
    for rows in x.split(FIT_ROWS_AT_ONCE):
        inputs, deltas = inputs_and_deltas(model, on(device, rows))
        for name in names:
            a = inputs[name].flatten(0, 1)
            d = deltas[name].flatten(0, 1)
            a_sums[name] = a_sums.get(name, 0) + (a.T @ a).double()
            s_sums[name] = s_sums.get(name, 0) + (d.T @ d).double()
    q_a = {n: torch.linalg.eigh(a_sums[n] / len(x))[1].float() for n in names}
    q_s = {n: torch.linalg.eigh(s_sums[n] / len(x))[1].float() for n in names}
    values = {}
    for rows in x.split(FIT_ROWS_AT_ONCE):
        inputs, deltas = inputs_and_deltas(model, on(device, rows))
        for name in names:
            a = inputs[name] @ q_a[name]
            d = deltas[name] @ q_s[name]
            if a.shape[1] == 1:  # a dense layer: the square of a product of two factors
                squares = d[:, 0].square().T @ a[:, 0].square()
            else:
                squares = torch.einsum("bpo,bpi->boi", d, a).square().sum(0)
            values[name] = values.get(name, 0) + squares / len(x)
    finish(device)
    return q_a, q_s, values


def scores(model, s, device):
    """Per-example gradients by torch.func, queries multiplied by the inverse, and an einsum over the parameters."""
    model = model.to(device).eval()
    x, y = images(s["rows"], s, device)
    qx, qy = images(s["queries"], s, device)
    q_a, q_s, values = ekfac_fit(model, x[: min(500, len(x))], device)
    parameters = {n: p.detach() for n, p in model.named_parameters()}

    def loss(p, row, label):
        return F.cross_entropy(functional_call(model, p, (row.unsqueeze(0),)), label.unsqueeze(0))

    # Pinned, so that blocks are copied while the next ones are computed; a round ends with waiting for all.
    table = torch.empty(len(x), len(qx), pin_memory=device.type == "cuda")
    per_example = vmap(grad(loss), in_dims=(None, 0, 0))

    def gradients(rows, labels):
        """One matrix [rows, out, in + 1] a layer."""
        g = per_example(parameters, rows, labels)
        return {
            n: torch.cat([g[n + ".weight"].flatten(2), g[n + ".bias"].unsqueeze(2)], 2) for n in layers(model)
        }

    def inverse(name, g):
        q_left, q_right, v = q_s[name], q_a[name], values[name]
        turned = torch.einsum("op,bpi,ij->boj", q_left.T, g, q_right)
        return torch.einsum("op,bpi,ij->boj", q_left, turned / (v + 0.1 * v.mean()), q_right.T)

    def run():
        answers = {n: [] for n in layers(model)}
        for rows, labels in zip(qx.split(ROWS_AT_ONCE), qy.split(ROWS_AT_ONCE)):
            for name, g in gradients(on(device, rows), on(device, labels)).items():
                answers[name].append(inverse(name, g))
        answers = {n: torch.cat(parts) for n, parts in answers.items()}
        for start in range(0, len(x), ROWS_AT_ONCE):
            end = min(len(x), start + ROWS_AT_ONCE)
            g = gradients(on(device, x[start:end]), on(device, y[start:end]))
            block = sum(torch.einsum("boi,qoi->bq", g[n], answers[n]) for n in answers)
            table[start:end].copy_(block, non_blocking=True)
        return table

    return run


def kernel(kind, s, device):
    def random(*shape):
        return torch.randn(*shape, device=device)

    if kind == "gemm":
        a, b, c = random(s["m"], s["k"]), random(s["k"], s["n"]), random(s["m"], s["n"])
        return lambda: torch.mm(a, b, out=c)
    if kind == "batch":
        count, side = s["count"], s["side"]
        a, b, c = random(count, side, side), random(count, side, side), random(count, side, side)
        return lambda: torch.bmm(a, b, out=c)
    if kind == "eigen":
        x = random(s["n"], s["n"]).double()
        matrix = x @ x.T
        return lambda: torch.linalg.eigh(matrix)
    if kind == "copy":
        x, to = random(s["n"]), random(s["n"])
        return lambda: to.copy_(x)
    if kind == "add":
        x, y, to = random(s["n"]), random(s["n"]), random(s["n"])
        return lambda: torch.add(x, y, out=to)
    if kind == "relu":
        x, to = random(s["n"]), random(s["n"])
        return lambda: torch.clamp_min(x, 0, out=to)
    if kind == "tanh":
        x, to = random(s["n"]), random(s["n"])
        return lambda: torch.tanh(x, out=to)
    if kind == "groupDots":
        x, y = random(s["groups"], s["rows"], s["batch"]), random(s["rows"], s["batch"])
        return lambda: torch.einsum("grb,rb->gb", x, y)
    if kind == "softmax":
        z = random(s["batch"], s["outputs"])
        y = F.one_hot(torch.randint(0, s["outputs"], (s["batch"],), device=device), s["outputs"]).float()
        return lambda: z.softmax(-1) - y
    if kind == "im2col":
        x = random(s["batch"], s["channels"], s["side"], s["side"])
        return lambda: F.unfold(x, s["kernel"])
    if kind == "col2im":
        x = random(s["batch"], s["channels"], s["side"], s["side"])
        columns = F.unfold(x, s["kernel"])
        return lambda: F.fold(columns, (s["side"], s["side"]), s["kernel"])
    if kind == "maxPool":
        x = random(s["batch"], s["channels"], s["side"], s["side"])
        return lambda: F.max_pool2d(x, s["kernel"], return_indices=True)
    return None


def work(kind, s, device):
    if kind == "lenet":
        return forward_and_backward(LeNet(s["channels"], s["side"]), s, device)
    if kind == "resnet8":
        return forward_and_backward(resnet8(s["channels"]), s, device)
    if kind == "ekfacFit":
        model = LeNet(s["channels"], s["side"]).to(device).eval()
        x, _ = images(s["rows"], s, device)
        return lambda: ekfac_fit(model, x, device)
    if kind == "scores":
        return scores(LeNet(s["channels"], s["side"]), s, device)
    return kernel(kind, s, device)


def main():
    device = torch.device(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]))
    torch.set_float32_matmul_precision("highest")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)
    where = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{sys.argv[2]} threads"
    taken = {}
    for item in json.load(sys.stdin):
        with torch.no_grad() if item["kind"] not in ("lenet", "resnet8", "ekfacFit", "scores") else torch.enable_grad():
            run = work(item["kind"], item["sizes"], device)
            if run is not None:
                taken[item["name"]] = seconds(run, device)
                print(f"PyTorch {item['name']}: {1e3 * taken[item['name']]:.4f} ms", file=sys.stderr)
    json.dump({"version": f"{torch.__version__} on {where}", "seconds": taken}, sys.stdout)


if __name__ == "__main__":
    main()
