"""Texts in tantivy: stemmed English, BM25 over any of the words."""

import json
import pathlib
import sys
import tempfile
import time

import tantivy

POOL = 500


def main():
    folder = pathlib.Path(sys.argv[1])
    texts = (folder / "texts.txt").read_text().split("\n")
    questions = (folder / "questions.txt").read_text().split("\n")
    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("number", stored=True)
    schema.add_text_field("body", tokenizer_name="en_stem")
    with tempfile.TemporaryDirectory() as place:
        index = tantivy.Index(schema.build(), path=place)
        start = time.perf_counter()
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for number, text in enumerate(texts):
            writer.add_document(tantivy.Document(number=number, body=text))
        writer.commit()
        writer.wait_merging_threads()
        built = time.perf_counter() - start
        index.reload()
        searcher = index.searcher()

        def ask(question):
            return searcher.search(index.parse_query(question, ["body"]), limit=POOL).hits

        for question in questions[:40]:
            ask(question)
        taken = []
        for question in questions:
            start = time.perf_counter()
            ask(question)
            taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    report = {f"p{part}": taken[len(taken) * part // 100] for part in (50, 90, 99)}
    report["name"] = "tantivy"
    report["note"] = f"tantivy {tantivy.__version__}: indexed in {built:.0f} s, one client, {POOL} hits as our leg brings."
    print(json.dumps(report))


if __name__ == "__main__":
    main()
