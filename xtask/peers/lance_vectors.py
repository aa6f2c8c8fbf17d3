"""Vectors in LanceDB: an index of graphs over eight-bit codes, ranked again by the exact vectors."""

import json
import pathlib
import sys
import tempfile
import time

import lancedb
import numpy
import pyarrow

DIMENSIONS = 384
WANTED = 10


def main():
    folder = pathlib.Path(sys.argv[1])
    vectors = numpy.fromfile(folder / "vectors.f32", dtype="<f4").reshape(-1, DIMENSIONS)
    questions = numpy.fromfile(folder / "questions.f32", dtype="<f4").reshape(-1, DIMENSIONS)
    truth = json.loads((folder / "truth.json").read_text())
    with tempfile.TemporaryDirectory() as place:
        flat = pyarrow.array(vectors.reshape(-1), pyarrow.float32())
        rows = pyarrow.table(
            {
                "number": pyarrow.array(range(len(vectors)), pyarrow.int32()),
                "vector": pyarrow.FixedSizeListArray.from_arrays(flat, DIMENSIONS),
            }
        )
        table = lancedb.connect(place).create_table("chunks", rows)
        start = time.perf_counter()
        table.create_index(metric="dot", index_type="IVF_HNSW_SQ", num_partitions=16)
        built = time.perf_counter() - start

        def ask(question):
            search = table.search(question).distance_type("dot").limit(WANTED)
            found = search.nprobes(16).ef(200).refine_factor(4).select(["number"]).to_arrow()
            return found["number"].to_pylist()

        for question in questions[:40]:
            ask(question)
        taken, hits = [], 0
        for place_of, question in enumerate(questions):
            start = time.perf_counter()
            found = ask(question)
            taken.append((time.perf_counter() - start) * 1000)
            if place_of < len(truth):
                hits += len(set(found) & set(truth[place_of]))
    taken.sort()
    report = {f"p{part}": taken[len(taken) * part // 100] for part in (50, 90, 99)}
    report["recall"] = 100 * hits / sum(map(len, truth))
    report["name"] = "lancedb"
    report["note"] = f"lancedb {lancedb.__version__}: IVF_HNSW_SQ, indexed in {built:.0f} s, one client, ten hits."
    print(json.dumps(report))


if __name__ == "__main__":
    main()
