"""Measures onnxruntime (f32) on the weights of a model folder, as a peer of our encoder.

    python onnx_minilm.py MODEL_FOLDER [--batch 32] [--tokens 128] [--threads 2] [--rounds 20]

Needs the packages onnxruntime, onnx, numpy and safetensors. Prints one JSON object:
{"sentences_per_second": …, "query_p50_ms": …} - the batch is of random tokens, the query of 12.

The graph is built from the safetensors, since no ONNX file is published with them. Positions are a
`Slice` of their table: a `Range` keeps onnxruntime from fusing the embedding.
"""

import argparse
import json
import pathlib
import time

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file


class Graph:
    """Nodes and constants of a graph under construction; a name stands for its value."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants, self.count = weights, [], [], 0

    def constant(self, array, name=None):
        name = name or f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def weight(self, name):
        return self.constant(self.weights[name])

    def node(self, operator, *inputs, **attributes):
        self.count += 1
        name = f"value{self.count}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def linear(self, x, prefix):
        product = self.node("MatMul", x, self.constant(self.weights[prefix + ".weight"].T))
        return self.node("Add", product, self.weight(prefix + ".bias"))

    def norm(self, x, prefix, epsilon):
        scale, shift = self.weight(prefix + ".weight"), self.weight(prefix + ".bias")
        return self.node("LayerNormalization", x, scale, shift, axis=-1, epsilon=epsilon)

    def gelu(self, x):
        erf = self.node("Erf", self.node("Div", x, self.constant(numpy.float32(2**0.5))))
        one = self.node("Add", erf, self.constant(numpy.float32(1)))
        return self.node("Mul", self.node("Mul", x, one), self.constant(numpy.float32(0.5)))


def encoder(folder):
    config = json.loads((folder / "config.json").read_text())
    graph = Graph(load_file(folder / "model.safetensors"))
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    epsilon = config["layer_norm_eps"]

    def integers(*values):
        return graph.constant(numpy.array(values, numpy.int64))

    words = graph.node("Gather", graph.weight("embeddings.word_embeddings.weight"), "ids")
    length = graph.node("Slice", graph.node("Shape", "ids"), integers(1), integers(2))
    table = graph.weight("embeddings.position_embeddings.weight")
    positions = graph.node("Slice", table, integers(0), length, integers(0))
    segment = graph.constant(graph.weights["embeddings.token_type_embeddings.weight"][0])
    x = graph.node("Add", graph.node("Add", words, segment), positions)
    x = graph.norm(x, "embeddings.LayerNorm", epsilon)
    # 1 for a token, 0 for padding; padding is pushed out of every distribution.
    mask = graph.node("Cast", "mask", to=TensorProto.FLOAT)
    hole = graph.node("Sub", graph.constant(numpy.float32(1)), graph.node("Unsqueeze", mask, integers(1, 2)))
    hole = graph.node("Mul", hole, graph.constant(numpy.float32(-10000)))
    split = integers(0, 0, heads, hidden // heads)
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"

        def head(name, order, x=x, layer=layer):
            value = graph.node("Reshape", graph.linear(x, f"{layer}.attention.self.{name}"), split)
            return graph.node("Transpose", value, perm=order)

        query, key, value = (
            head("query", [0, 2, 1, 3]),
            head("key", [0, 2, 3, 1]),
            head("value", [0, 2, 1, 3]),
        )
        width = graph.constant(numpy.float32((hidden // heads) ** 0.5))
        scores = graph.node("Div", graph.node("MatMul", query, key), width)
        shares = graph.node("Softmax", graph.node("Add", scores, hole), axis=-1)
        gathered = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
        gathered = graph.node("Reshape", gathered, integers(0, 0, hidden))
        gathered = graph.linear(gathered, f"{layer}.attention.output.dense")
        x = graph.norm(graph.node("Add", gathered, x), f"{layer}.attention.output.LayerNorm", epsilon)
        wide = graph.gelu(graph.linear(x, f"{layer}.intermediate.dense"))
        narrow = graph.linear(wide, f"{layer}.output.dense")
        x = graph.norm(graph.node("Add", narrow, x), f"{layer}.output.LayerNorm", epsilon)
    weight = graph.node("Unsqueeze", mask, integers(2))
    total = graph.node("ReduceSum", graph.node("Mul", x, weight), integers(1), keepdims=0)
    mean = graph.node("Div", total, graph.node("ReduceSum", weight, integers(1), keepdims=0))
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], axis=1, p=2))
    shape = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("ids", "mask")]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", hidden])]
    body = helper.make_graph(graph.nodes, "encoder", inputs, outputs, graph.constants)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    model = encoder(arguments.folder).SerializeToString()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    random = numpy.random.default_rng(7)

    def times(batch, tokens, rounds):
        ids = random.integers(1000, 30000, (batch, tokens), dtype=numpy.int64)
        inputs = {"ids": ids, "mask": numpy.ones_like(ids)}
        taken = []
        for _ in range(rounds + 2):
            start = time.perf_counter()
            session.run(None, inputs)
            taken.append(time.perf_counter() - start)
        return sorted(taken[2:])

    batch = times(arguments.batch, arguments.tokens, arguments.rounds)
    query = times(1, 12, 200)
    print(
        json.dumps(
            {
                "sentences_per_second": round(arguments.batch / batch[len(batch) // 2], 1),
                "query_p50_ms": round(query[len(query) // 2] * 1000, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
