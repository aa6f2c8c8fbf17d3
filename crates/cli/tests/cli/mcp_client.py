"""Drives the server with the protocol's own client library for Python.

Usage: mcp_client.py [[CLAIM, PLACE], …]
    PLACE  {"url", "key"} for HTTP, {"command", "args"} for pipes
Each claim is made sure of in the current version of the protocol and in the one before it.
"""

import asyncio
import contextlib
import json
import sys
import uuid

import httpx2
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

VERSIONS = {"auto": "2026-07-28", "legacy": "2025-11-25"}
TOOLS = {"search", "read_document", "add_document", "list_collections", "evaluate"}
TEXT = "# Keys\n\nA key is rotated by making a second one.\n\n## Beats\n\nSilence degrades.\n"


@contextlib.asynccontextmanager
async def connected(mode, place):
    async with contextlib.AsyncExitStack() as stack:
        if "url" in place:
            headers = {"Authorization": f"Bearer {place['key']}"} if place.get("key") else {}
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=30))
            transport = streamable_http_client(place["url"], http_client=http)
        else:
            transport = stdio_client(StdioServerParameters(**place))
        yield await stack.enter_async_context(Client(transport, mode=mode))


async def called(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    text = "".join(part.text for part in result.content)
    assert not result.is_error, text
    assert text
    return result.structured_content, text


async def refused(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result
    return "".join(part.text for part in result.content)


async def every_tool_works(client, mode):
    assert client.protocol_version == VERSIONS[mode], client.protocol_version
    assert client.server_info.name == "commandcenter", client.server_info
    assert "search" in client.instructions

    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS, tools
    for name, tool in tools.items():
        assert tool.title and tool.description and tool.output_schema, tool
        assert "project" in tool.input_schema["required"], tool
        assert all("description" in it for it in tool.input_schema["properties"].values()), tool
        assert tool.annotations.read_only_hint == (name != "add_document"), tool

    collection = f"notes-{mode}-{uuid.uuid4().hex[:8]}"
    note = {"project": "atlas", "path": f"notes/{mode}.md", "text": TEXT, "collection": collection}
    added, text = await called(client, "add_document", **note)
    assert (added["state"], added["path"], added["collection"]) == ("added", note["path"], collection), added
    assert added["chunks"] > 0 and note["path"] in text
    again, _ = await called(client, "add_document", **note)
    assert again["state"] == "unchanged", again

    collections, text = await called(client, "list_collections", project="atlas")
    mine = [it for it in collections["collections"] if it["name"] == collection]
    assert mine[0]["documents"] == 1 and collection in text, collections

    question = {"project": "atlas", "query": "how are keys rotated", "collection": collection, "mode": "keyword"}
    found, text = await called(client, "search", **question)
    hit = found["hits"][0]
    assert hit["path"] == note["path"] and "second one" in hit["text"], found
    assert hit["first_line"] >= 1 and f"{note['path']}:" in text, text

    whole, _ = await called(client, "read_document", project="atlas", document=hit["document"])
    assert "Silence degrades." in whole["text"] and whole["path"] == note["path"], whole
    part = {"project": "atlas", "document": hit["document"], "first_line": 3, "last_line": 3}
    line, _ = await called(client, "read_document", **part)
    assert line["text"] == "A key is rotated by making a second one.", line

    queries = [{"text": "rotated key", "relevant": [note["path"]]}]
    asked = {"project": "atlas", "collection": collection, "queries": queries, "modes": ["keyword"]}
    measured, text = await called(client, "evaluate", **asked)
    assert measured["queries"] == 1 and measured["modes"][0]["ndcg@10"] == 1.0, measured
    assert "nDCG@10 1.000" in text, text


async def wrong_calls_say_what_is_wrong(client, mode):
    search = {"project": "atlas", "query": "x"}
    for words, tool, arguments in [
        ("missing field `project`", "search", {"query": "x"}),
        ("unknown field `question`", "search", search | {"question": "y"}),
        ("invalid type", "search", search | {"limit": "many"}),
        ("limit: must be 1 to 100", "search", search | {"limit": 1000}),
        ("query: must not be empty", "search", search | {"query": " "}),
        ("unknown variant `fuzzy`", "search", search | {"mode": "fuzzy"}),
        ("project 'nowhere' does not exist", "search", search | {"project": "nowhere"}),
        ("project: ", "list_collections", {"project": "No Slug!"}),
        ("project 'nowhere' does not exist", "list_collections", {"project": "nowhere"}),
        ("collection nothing of atlas does not exist", "search", search | {"collection": "nothing"}),
        ("document: must be the id", "read_document", {"project": "atlas", "document": "x"}),
        ("queries: must be 1 to 200", "evaluate", {"project": "atlas", "queries": []}),
    ]:
        answer = await refused(client, tool, **arguments)
        assert words in answer, f"{tool} {arguments}: {answer}"
    try:
        await client.call_tool("delete_everything", {})
    except MCPError as error:
        assert "not found" in str(error), error
    else:
        raise AssertionError("an unknown tool was called")


async def a_reader_cannot_add(client, mode):
    await called(client, "list_collections", project="atlas")
    note = {"project": "atlas", "path": "a.md", "text": "a"}
    answer = await refused(client, "add_document", **note)
    assert answer == "this needs the scope knowledge:write", answer


async def a_stranger_may_list_and_call_nothing(client, mode):
    answer = await refused(client, "search", project="atlas", query="x")
    assert answer == "this needs the scope knowledge:read", answer


async def nobody_gets_in(mode, place):
    refusals = []
    try:
        async with connected(mode, place) as client:
            await client.list_tools()
    except* MCPError as group:
        refusals.append(group)
    assert refusals, "no key was needed"


async def main(steps):
    for claim, place in steps:
        for mode in VERSIONS:
            try:
                await check(claim, mode, place)
            except BaseException:
                print(f"{claim}, {VERSIONS[mode]}, {place}", file=sys.stderr)
                raise


async def check(claim, mode, place):
    if claim == "nobody_gets_in":
        await nobody_gets_in(mode, place)
        return
    async with connected(mode, place) as client:
        await globals()[claim](client, mode)


asyncio.run(main(json.loads(sys.argv[1])))
