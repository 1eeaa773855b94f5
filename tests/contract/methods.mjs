// Calls every method of the official client once or more.

import assert from "node:assert/strict";

import {
  getObjectResponseSchema as object,
  getSpaceResponseSchema,
  getSpaceStructuresResponseSchema,
  objectMarkdownResponseSchema,
  searchObjectsResponseSchema,
} from "@capacities/api";

import { agrees, functionsOf, text, title } from "./check.mjs";

export async function methods({ client, raw }) {
  const called = new Set();
  const call = async (name, schema, input) => {
    called.add(name);
    const run = name.split(".").reduce((part, key) => part[key], client);
    const answer = await run(input);
    if (schema) return agrees(schema, answer);
    assert.equal(answer, undefined);
  };

  await call("space.get", getSpaceResponseSchema);
  const { structures } = await call("space.structures", getSpaceStructuresResponseSchema);
  const book = structures.find((each) => each.title === "Book");

  const page = await call("object.create", object, {
    structureId: "RootPage",
    properties: title("Made by the official client"),
  });
  const [section] = Object.keys(page.blocks);
  const made = await call("object.create", object, {
    structureId: "RootPage",
    properties: title("With a body"),
    blocks: { [section]: [text("one"), text("two", { blocks: [text("child")] })] },
  });
  assert.equal(made.blocks[section].length, 2);
  await call("object.create", object, {
    structureId: book.id,
    collections: [book.collections[0].id],
    properties: title("In a collection"),
  });

  const { id } = page;
  await call("object.get", object, { id });
  await call("object.update", object, { id, properties: title("Renamed") });
  await call("object.update", object, { id, deleteRequested: true });
  await call("object.update", object, { id, deleteRequested: false });
  await call("object.createFromUrl", object, { url: "https://example.org/x.png", markdown: "n" });
  await call("object.createFromUrl", object, { url: "https://example.org/article" });
  await call("object.markdown.get", objectMarkdownResponseSchema, { id });
  await call("object.markdown.create", object, {
    structureId: "RootPage",
    markdown: "# Title\n\n- a #tag\n- **b** and [c](https://example.org)\n\n```js\nd\n```\n",
  });
  await call("objects.search", searchObjectsResponseSchema, {
    query: " renamed ",
    structureIds: ["RootPage", book.id],
    limit: 50,
  });

  const grown = await call("blocks.append", object, {
    id,
    position: { type: "start" },
    blocks: [text("first"), { type: "GridBlock", dividers: [0.5], columns: [[text("l")], []] }],
  });
  const blockId = grown.blocks[section][0].id;
  await call("blocks.append", object, { id, markdown: "last", propertyId: section });
  await call("blocks.append", object, { id, parentBlockId: blockId, blocks: [text("inside")] });
  await call("blocks.append", object, {
    id,
    position: { type: "after_block", after_block: { id: blockId } },
    blocks: [{ type: "HorizontalLineBlock" }],
  });
  const changed = await call("blocks.block.update", object, { id, blockId, block: text("FIRST") });
  assert.equal(changed.blocks[section][0].id, blockId);
  assert.equal(changed.blocks[section][0].blocks.length, 1);
  const shrunk = await call("blocks.block.delete", object, { objectId: id, blockId });
  assert.ok(!JSON.stringify(shrunk).includes(blockId));
  await call("blocks.dailyNote.append", undefined, { markdown: "today" });
  await call("object.delete", undefined, { id });
  await call("object.delete", undefined, { id: made.id, hardDelete: true });

  assert.deepEqual([...called].sort(), functionsOf(client));
  await beyondTheClient(raw, made.structureId);
  return { methods: called.size };
}

// Endpoints that are newer than the client but answer with objects it knows.
async function beyondTheClient(raw) {
  const front = "---\ndescription: Set by front matter\n---\n";
  const created = await raw("POST", "/object", { structureId: "RootPage" });
  const patch = { id: created.json.id, markdown: front };
  const patched = await raw("PATCH", "/object/markdown", patch);
  agrees(object, patched.json);
  assert.equal(patched.json.properties.description.text.value, "Set by front matter");

  const file = { fileName: "note.pdf", fileSize: 5 };
  const { json: upload } = await raw("POST", "/object/media/upload", file);
  const part = `/object/media/upload/part?id=${upload.id}&partNumber=1`;
  assert.equal((await raw("PUT", part, new Uint8Array(5))).status, 200);
  const done = await raw("POST", "/object/media/upload/complete", { id: upload.id });
  assert.equal(agrees(object, done.json).structureId, "MediaPDF");
}
